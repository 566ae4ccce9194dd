"""How long a search takes by the number of tickets: a rare word, a common one, the beginning of one, two words."""

from __future__ import annotations

import argparse
from time import perf_counter, thread_time

from bench.large import RARE, large_desk
from bench.measuring import introduce, load, percentile, show
from console.database import Database
from console.desk import people, searching
from console.desk.people import Person

QUESTIONS = {
    "rare word": "rarely{place}",
    "common word": "que",
    "common beginning": "impr",
    "two words": "impresora gracias",
    "common, one department": "que",
}
WARM_UP = 3  # searches that are not counted


def measure(database: Database, rounds: int) -> list[list[object]]:
    """For each kind of question: tickets found, p50, p95 and CPU of one in this process (ms)."""
    found: list[list[object]] = []
    for kind, question in QUESTIONS.items():
        viewer = database.read_now(people.load_person, email=f"{'few' if 'one' in kind else 'all'}@bench.example")
        assert viewer is not None
        taken: list[float] = []
        spent, count = 0.0, 0
        for place in range(WARM_UP + rounds):
            took, cpu, count = _ask(database, viewer, question.format(place=place % RARE))
            if place >= WARM_UP:
                taken.append(took)
                spent += cpu
        found.append([kind, count, percentile(taken, 0.5), percentile(taken, 0.95), spent / rounds])
    return found


def _ask(database: Database, viewer: Person, question: str) -> tuple[float, float, int]:
    began, spent = perf_counter(), thread_time()
    found = database.read_now(searching.search, viewer, "staff", question)
    return (perf_counter() - began) * 1000, (thread_time() - spent) * 1000, found.count


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--tickets", default="1000,100000", help="numbers of tickets (1000,100000)")
    parser.add_argument("--messages", type=int, default=2, help="of each ticket (2)")
    parser.add_argument("--rounds", type=int, default=30, help="searches of each kind (30)")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL")
    asked = parser.parse_args()
    introduce(f"Searching, first page of 25, {'PostgreSQL' if asked.postgresql else 'SQLite'}")
    for tickets in (int(each) for each in asked.tickets.split(",")):
        with large_desk(tickets, asked.messages, asked.postgresql) as large:
            print(f"\n{tickets:,} tickets, {tickets * asked.messages:,} messages: {', '.join(large.told)}")
            show(("question", "found", "p50", "p95 ms", "CPU here ms"), measure(large.database, asked.rounds))
    print(f"\n{load()} at the end. On PostgreSQL the server's CPU is not in the last column.")


if __name__ == "__main__":
    main()
