"""What a contender raises that cannot compute a case."""


class Refusal(Exception):
    pass
