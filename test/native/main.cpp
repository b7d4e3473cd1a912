// The one main of the native test binaries: runs every linked test, or those whose name contains the first argument.
#include "check.h"

int main(int count, char** arguments) { return check::run(count > 1 ? arguments[1] : ""); }
