"""A programme of four weeks with everything a what-if has to get right: unknown signals, a late joiner, an excusal, an outage, caps."""

from __future__ import annotations

from programme import World, act, item, person, t

DEFINITION = """\
# Kept by hand: this comment stays.
programme: supposed
zone: UTC
period: week
starts: 2025-03-03
ends: 2025-03-30
min_coverage: 0.4
reason: The first.

signals:
  attendance:
    weight: 0.3          # being there
    combine: product
    accountable: somebody
    drivers:
      reached: {offered: session, taken: present, count: length}
      stayed: {offered: session, taken: present, count: presence}
  interaction:
    weight: 0.2
    accountable: somebody
    drivers:
      answered: {weight: 0.5, offered: prompt, taken: answer, while_present: true, source: polls}
      chat:
        weight: 0.5
        taken: [chat, reaction]
        per: hour_present
        normalise: target
        target: 4        # an hour
        cap: 3
  contribution:
    weight: 0.3
    accountable: somebody
    drivers:
      questions: {weight: 0.4, taken: question, normalise: saturating, half: 2}
      tasks: {weight: 0.6, offered: task, taken: submit, when: due}
  completion:
    weight: 0.2
    accountable: somebody
    drivers:
      steps: {offered: step, taken: complete}

bands:
  - {key: high, label: Highly engaged, at_least: 80}
  - {key: solid, label: Solidly engaged, at_least: 60}
  - {key: risk, label: At risk, at_least: 40}
  - {key: low, label: Disengaged, at_least: 0}
"""


def sessions() -> list[dict[str, object]]:
    """One of an hour on each Monday, with two prompts in it."""
    out = []
    for k, day in enumerate(("03", "10", "17", "24")):
        out.append(item(f"s{k}", "session", f"2025-03-{day} 10:00", f"2025-03-{day} 11:00"))
        out += [item(f"s{k}p{j}", "prompt", f"2025-03-{day} 10:{20 * j + 10}", parent=f"s{k}") for j in range(2)]
    return out


def world() -> World:
    """Five people: one in everything, one silent, one who joins late, one excused, one who never comes."""
    tasks = [item(f"t{k}", "task", None, f"2025-03-{d} 23:00") for k, d in enumerate(("14", "21", "28"))]
    steps = [item("open", "step", "2025-03-19 08:00"), item("late", "step", "2025-03-26 08:00")]
    events = []
    for k, day in enumerate(("03", "10", "17", "24")):
        for who, until in (("all", "11:00"), ("silent", "11:00"), ("excused", "10:30")):
            events += [act(who, f"2025-03-{day} 10:00", "join", f"s{k}"), act(who, f"2025-03-{day} {until}", "leave", f"s{k}")]
        events += [act("all", f"2025-03-{day} 10:{20 * j + 11}", "answer", f"s{k}p{j}") for j in range(2)]
        events += [act("all", f"2025-03-{day} 10:4{j}", "chat", f"s{k}") for j in range(9)]
        events += [act("excused", f"2025-03-{day} 10:11", "answer", f"s{k}p0"), act("excused", f"2025-03-{day} 10:15", "reaction", f"s{k}")]
    events += [act("late", f"2025-03-24 10:{m}", kind, "s3") for m, kind in (("00", "join"), ("50", "leave"))]
    events += [act("late", "2025-03-24 10:31", "answer", "s3p1")]
    events += [act(who, f"2025-03-{d} 09:00", "submit", f"t{k}") for k, d in enumerate(("12", "20")) for who in ("all", "excused", "late")]
    events += [act("all", f"2025-03-0{d} 12:00", "question") for d in (4, 5, 6)] + [act("silent", "2025-03-20 08:00", "complete", "open")]
    people = [person("all"), person("silent"), person("late", joined_at=t("2025-03-17 00:00")), person("excused"), person("never")]
    return World(
        {}, people, sessions() + tasks + steps, events,
        excusals=[{"participant": "excused", "item": "t1", "reason": "ill"}],
        outages=[{"source": "polls", "from_at": t("2025-03-10 00:00"), "until_at": t("2025-03-11 00:00"), "reason": "moved"}],
        as_of=t("2025-03-24 00:00"),
    )  # fmt: skip
