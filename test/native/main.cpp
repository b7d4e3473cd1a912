// The one main of the native test binaries: runs every linked test, or those whose name contains one of the arguments;
// never those whose name contains an argument behind a minus.
#include "check.h"

int main(int count, char** arguments) { return check::run({arguments + 1, arguments + count}); }
