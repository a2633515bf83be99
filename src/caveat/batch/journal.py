"""The journal of a run: one SQLite file with its settings, its targets and what became of each, whole at every moment."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from caveat.batch import records
from caveat.errors import JournalError, OutputError
from caveat.model import Crawled, Failure, Listed, PageReport
from caveat.sources import Past, Target

APPLICATION = 0x43415645  # "CAVE", by which SQLite files are told apart
SHAPE = 2  # of the tables; to be raised when they change
_PAGE = 500  # targets read at a time
_TABLES = """
    CREATE TABLE IF NOT EXISTS run (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS target (number INTEGER PRIMARY KEY, name BLOB NOT NULL, failure BLOB, list_id BLOB);
    CREATE TABLE IF NOT EXISTS result (
        number INTEGER NOT NULL, part INTEGER NOT NULL, name BLOB NOT NULL, state TEXT NOT NULL, links TEXT NOT NULL, record BLOB NOT NULL,
        UNIQUE (number, part));
    CREATE TABLE IF NOT EXISTS crawl (number INTEGER PRIMARY KEY, record BLOB NOT NULL);
    CREATE VIEW IF NOT EXISTS state AS
        SELECT number, coalesce(part, 0) AS part, CAST(coalesce(result.name, target.name) AS TEXT) AS name,
               coalesce(state, 'waiting') AS state
        FROM target LEFT JOIN result USING (number) ORDER BY number, part;
"""
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)

Place = tuple[int, ...]


class Journal:
    """
    `path`: where it lasts; None: a private one that goes with the run. Two runs never write to one file: it is locked as long as it is
    open. Raises JournalError for a file that is damaged, locked or another program's, OutputError where it cannot be written.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path, self.lasting = path, path is not None
        with self._trouble():
            # "": SQLite keeps it in memory while it is small, and else in the folder for temporary files
            self._db = sqlite3.connect(str(path) if path else "", timeout=0, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self.close()
                raise

    def _prepare(self) -> None:
        if not self.lasting:
            self._db.execute("PRAGMA journal_mode=OFF")
        else:
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._own()
            # Write-ahead: a commit is one append. FULL: it is on the disk before the result is handed on, so that not even a power
            # cut makes a page be fetched twice that stands in the report already.
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_TABLES)

    def _own(self) -> None:
        """Takes the lock, and looks whether the file is a journal, whole, or empty."""
        self._db.execute("BEGIN EXCLUSIVE")
        (mark,), (shape,) = self._db.execute("PRAGMA application_id").fetchone(), self._db.execute("PRAGMA user_version").fetchone()
        (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and (mark, shape) != (APPLICATION, SHAPE):
            raise self._foreign()
        if tables and self._db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise self._damaged()
        self._db.execute(f"PRAGMA application_id={APPLICATION}")
        self._db.execute(f"PRAGMA user_version={SHAPE}")
        self._db.execute("COMMIT")

    def _foreign(self) -> JournalError:
        return JournalError(f"{self.path}: is no journal that this version of caveat can read", "name another file")

    def _damaged(self) -> JournalError:
        return JournalError(f"{self.path}: the journal is damaged", "go on from a copy of it, or start again with another --journal")

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._said(error) from None
        except records.Spoiled:
            raise self._damaged() from None

    def _said(self, error: sqlite3.Error) -> Exception:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # extended codes have the plain one in their lowest byte
        where = self.path or "the folder for temporary files"
        if code == sqlite3.SQLITE_BUSY:
            return JournalError(f"{where}: another run is using this journal", "wait for its end, or name another file")
        if code in _FULL:
            again = f"make room, then go on with --resume {self.path}; what is in it is whole" if self.path else "make room there"
            return OutputError(f"{where}: cannot be written: {error}", again)
        if code == sqlite3.SQLITE_NOTADB:
            return self._foreign()
        if code == sqlite3.SQLITE_CORRUPT:
            return self._damaged()
        return error

    @property
    def facts(self) -> dict[str, str]:
        """What was said of the run when it began; nothing: none has begun."""
        with self._trouble():
            return dict(self._db.execute("SELECT name, value FROM run"))

    def begin(self, facts: Mapping[str, str], targets: Iterable[Target]) -> None:
        """Notes a run and all its targets, at once or not at all."""
        with self._trouble(), self._whole():
            self._db.executemany("INSERT INTO target VALUES (?, ?, ?, ?)", map(_target, range(1 << 62), targets))
            self._db.executemany("INSERT INTO run VALUES (?, ?)", facts.items())

    def listed(self, number: int, target: Target) -> None:
        """Notes a target of a run that has not begun here, for its results to be told by it."""
        with self._trouble():
            self._db.execute("INSERT INTO target VALUES (?, ?, ?, ?)", _target(number, target))

    def told(self, number: int, result: PageReport | Failure) -> PageReport | Failure:
        """The result with what its target tells of it: the id that a list gave it, and where its crawl began."""
        with self._trouble():
            row = self._db.execute("SELECT name, list_id FROM target WHERE number = ?", (number,)).fetchone()
        if row is None:
            return result
        start, list_id = _name(row[0]), _name(row[1] or b"")
        crawled = "://" in start and start != result.target
        return replace(result, list_id=list_id, start=start if crawled else "") if list_id or crawled else result

    def note(self, name: str, value: str) -> None:
        with self._trouble():
            self._db.execute("INSERT OR REPLACE INTO run VALUES (?, ?)", (name, value))

    @contextmanager
    def _whole(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # where SQLite has rolled back by itself
                self._db.execute("ROLLBACK")
            raise

    def __len__(self) -> int:
        """How many targets the run has."""
        with self._trouble():
            (count,) = self._db.execute("SELECT count(*) FROM target").fetchone()
            return int(count)

    def targets(self) -> Iterator[Target]:
        """The targets in their order."""
        number = -1
        while True:
            with self._trouble():
                rows = self._db.execute(f"SELECT * FROM target WHERE number > ? ORDER BY number LIMIT {_PAGE}", (number,)).fetchall()
                found = [_read(name, failure, list_id) for _, name, failure, list_id in rows]
            if not rows:
                return
            yield from found
            number = rows[-1][0]

    def known(self, order: Place, target: str) -> tuple[str, ...] | None:
        """The links of what is done; None for what is not. See `sources.Known`."""
        with self._trouble():
            row = self._db.execute("SELECT name, links FROM result WHERE number = ? AND part = ?", order).fetchone()
        return None if row is None or _name(row[0]) != target else tuple(json.loads(row[1]))

    @property
    def has_results(self) -> bool:
        with self._trouble():
            return bool(self._db.execute("SELECT EXISTS (SELECT 1 FROM result)").fetchone()[0])

    def done(self) -> Iterator[tuple[Place, str]]:
        """The places of all results, and what was read there."""
        with self._trouble():
            for number, part, name in self._db.execute("SELECT number, part, name FROM result ORDER BY number, part"):
                yield (number, part), _name(name)

    def forget(self, places: Iterable[Place]) -> None:
        """Takes results back, so that what was read there is read once more."""
        with self._trouble(), self._whole():
            self._db.executemany("DELETE FROM result WHERE number = ? AND part = ?", places)

    def past(self, number: int) -> Past:
        """What is done of a target's crawl. See `sources.Past`."""
        with self._trouble():
            rows = self._db.execute("SELECT part, name, links FROM result WHERE number = ?", (number,)).fetchall()
            row = self._db.execute("SELECT record FROM crawl WHERE number = ?", (number,)).fetchone()
            crawled = records.read_crawl(row[0]) if row else None
        parts = {part: (_name(name), tuple(json.loads(links))) for part, name, links in rows}
        # its end is noted when the last page has come, which is before the last is judged
        return Past(parts, crawled if crawled and crawled.reported == len(parts) else None)

    def crawled(self, number: int, crawled: Crawled) -> None:
        """Notes that a target's crawl has come to its end."""
        with self._trouble():
            self._db.execute("INSERT OR REPLACE INTO crawl VALUES (?, ?)", (number, records.written(crawled)))

    def keep(self, order: Place, target: str, record: bytes, links: tuple[str, ...] = (), failed: bool = False) -> None:
        """Keeps a result; when this comes back it is there for good."""
        state = "failed" if failed else "audited"
        with self._trouble():
            self._db.execute("INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?, ?)",
                             (*order, _bytes(target), state, json.dumps(links), record))  # fmt: skip

    def at(self, order: Place) -> PageReport | Failure | None:
        """The result of a place, if there is one."""
        with self._trouble():
            row = self._db.execute("SELECT record FROM result WHERE number = ? AND part = ?", order).fetchone()
            result = records.read(row[0]) if row else None
        if result:
            self._handed_on(order)
        return result

    def between(self, first: Place, end: Place | None) -> Iterator[tuple[int, PageReport | Failure]]:
        """The results from a place on, to another or to the last, each with the number of its target."""
        until = end or (1 << 62, 0)
        while True:
            with self._trouble():
                row = self._db.execute("SELECT number, part, record FROM result WHERE (number, part) >= (?, ?) AND (number, part) < (?, ?) "
                                       "ORDER BY number, part LIMIT 1", (*first, *until)).fetchone()  # fmt: skip
                result = records.read(row[2]) if row else None
            if result is None:
                return
            self._handed_on(row[:2])
            yield row[0], result
            first = (row[0], row[1] + 1)

    def _handed_on(self, order: Place) -> None:
        if not self.lasting:
            with self._trouble():
                self._db.execute("DELETE FROM result WHERE number = ? AND part = ?", order)

    def close(self) -> None:
        with suppress(sqlite3.Error):  # what was kept is kept
            self._db.close()


def _target(number: int, target: Target) -> tuple[int, bytes, bytes | None, bytes | None]:
    match target:
        case Failure():
            return number, _bytes(target.target), records.written(target), None
        case Listed(name, list_id):
            return number, _bytes(name), None, _bytes(list_id)
        case _:
            return number, _bytes(target), None, None


def _read(name: bytes, failure: bytes | None, list_id: bytes | None) -> Target:
    if failure is not None:
        return _failure(failure)
    return _name(name) if list_id is None else Listed(_name(name), _name(list_id))


def _failure(record: bytes) -> Failure:
    result = records.read(record)
    if not isinstance(result, Failure):
        raise records.Spoiled("a target is a page")
    return result


def _bytes(name: str) -> bytes:
    """As bytes, because a name can hold half a surrogate pair, where a file's is not UTF-8."""
    return name.encode("utf-8", "surrogatepass")


def _name(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")
