/** The part of the script that reads cells, as `tables/texts`, `tables/dates` and `preprocess/encode` do. */
export const CELLS = String.raw`SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
MISSING = ["", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "?"]
DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
WHOLE = re.compile(r"(-?\d+)\.0+", re.ASCII)
DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:T|,?\s+)(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?"
    r"(?:\s*(?:Z|UTC|GMT|([+-])(0\d|1[0-4])(?::?([0-5]\d))?))?)?",
    re.ASCII | re.IGNORECASE,
)
TRUE, FALSE = {"true", "t", "yes", "y", "1"}, {"false", "f", "no", "n", "0"}
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
PARTS = {"month": MONTHS, "weekday": WEEKDAYS, "hour": [f"{hour:02d} h" for hour in range(24)]}
NUMBERS, TRUTHS = (int, float, np.integer, np.floating), (bool, np.bool_)
MOMENTS = (datetime.date, np.datetime64)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def is_nothing(cell):
    """Whether a cell is None, NaN, or what pandas has for neither."""
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(cell, (float, np.floating, np.datetime64)) and bool(cell != cell)


def number_text(x):
    """A number as psilon shows it: whole ones without a point, others by the fewest digits."""
    if x == 0:
        return "0"
    if x in (np.inf, -np.inf):
        return "Infinity" if x > 0 else "-Infinity"
    digits = decimal.Decimal(repr(float(x)))
    if 1e-6 <= abs(x) < 1e21:
        text = format(digits, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, power = format(digits.normalize(), "e").partition("e")
    return f"{mantissa}e{int(power):+d}"


def days_of(moment):
    """The days since 1970 of a date; what has no time zone is taken as UTC."""
    if isinstance(moment, np.datetime64):
        return float(moment.astype("M8[ms]").astype("i8")) / 86400000
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime(moment.year, moment.month, moment.day)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)
    return (aware - EPOCH) / datetime.timedelta(days=1)


def days_in(text):
    """The days since 1970 that an ISO text says; None for any other text."""
    found = DATE.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    fraction, sign, ahead, minutes = found.groups()[6:]
    try:
        # datetime has no year 0, which is as long as the year 400 is.
        midnight = datetime.date(year or 400, month, day).toordinal() - (719163 if year else 719163 + 146097)
    except ValueError:
        return None
    time = ((hour * 60 + minute) * 60 + second) * 1000 + int(((fraction or "") + "000")[:3])
    if minute > 59 or second > 60 or (hour > 23 and time != 86400000):
        return None
    offset = (-1 if sign == "-" else 1) * (60 * int(ahead or 0) + int(minutes or 0))
    return midnight + (time - offset * 60000) / 86400000


def shown_date(days):
    """A date as psilon shows it: its day, with the time where it has one."""
    moment = EPOCH + datetime.timedelta(milliseconds=round(days * 86400000))
    if days == np.floor(days):
        return moment.strftime("%Y-%m-%d")
    if moment.microsecond:
        return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
    return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")


class Cells:
    """Reads the cells of one column as psilon does; texts and numbers stand for a missing value."""

    def __init__(self, name, cells, texts, numbers):
        self.name, self.cells, self.texts, self.marks = name, cells, texts, numbers

    def refuse(self, i, why):
        cell = self.cells[i]
        raise ValueError(f'Row {i + 1} has {json.dumps(str(cell), ensure_ascii=False)} in column {json.dumps(self.name, ensure_ascii=False)}, {why}.')

    def numbers(self):
        """Numbers, of dates the days since 1970; NaN where one is missing."""
        if isinstance(self.cells, np.ndarray) and self.cells.dtype.kind in "fiu":
            values = self.cells.astype("f8")
        else:
            values = np.array([self.number(i, cell) for i, cell in enumerate(self.cells)], "f8")
        for mark in self.marks:
            values = np.where(values == mark, np.nan, values)
        for i in np.flatnonzero(np.isinf(values)):
            self.refuse(i, "which holds finite numbers")
        return values

    def number(self, i, cell):
        if isinstance(cell, NUMBERS) and not isinstance(cell, TRUTHS):
            return float(cell)
        if is_nothing(cell):
            return np.nan
        if isinstance(cell, MOMENTS):
            return days_of(cell)
        text = cell.strip(SPACES) if isinstance(cell, str) else None
        if text in self.texts:
            return np.nan
        if text is None or not DECIMAL.fullmatch(text):
            self.refuse(i, "which holds numbers")
        return float(text)

    def dates(self):
        """Days since 1970; NaN where one is missing."""
        if isinstance(self.cells, np.ndarray) and self.cells.dtype.kind == "M":
            days = self.cells.astype("M8[ms]").astype("i8") / 86400000
            return np.where(np.isnat(self.cells), np.nan, days)
        return np.array([self.days(i, cell) for i, cell in enumerate(self.cells)], "f8")

    def days(self, i, cell):
        if is_nothing(cell):
            return np.nan
        if isinstance(cell, MOMENTS):
            return days_of(cell)
        text = cell.strip(SPACES) if isinstance(cell, str) else None
        if text in self.texts:
            return np.nan
        days = None if text is None else days_in(text)
        if days is None:
            self.refuse(i, "which holds dates, each a datetime or an ISO text such as 2024-12-31T23:59Z")
        return days

    def categories(self):
        """Texts, None where one is missing; a whole number is the same text however it was written."""
        return [self.text(i, cell) for i, cell in enumerate(self.cells)]

    def text(self, i, cell):
        if isinstance(cell, str):
            text = cell.strip(SPACES)
            return None if text in self.texts else WHOLE.sub(r"\1", text) if WHOLE.fullmatch(text) else text
        if is_nothing(cell):
            return None
        if isinstance(cell, TRUTHS):
            return "true" if cell else "false"
        if isinstance(cell, NUMBERS):
            return None if float(cell) in self.marks else number_text(float(cell))
        if isinstance(cell, MOMENTS):
            return shown_date(days_of(cell))
        return self.refuse(i, "which holds texts")

    def truths(self):
        """1 for true, −1 for false, 0 where one is missing."""
        return np.array([self.truth(i, text) for i, text in enumerate(self.categories())], "f8")

    def truth(self, i, text):
        if text is None or text.lower() in TRUE:
            return 0 if text is None else 1
        if text.lower() not in FALSE:
            self.refuse(i, "which holds true or false")
        return -1
`;
