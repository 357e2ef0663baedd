"""Play a scenario: an iterator of events that knows no output format."""

from __future__ import annotations

import time
from collections.abc import Iterator
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from simulator import events
from simulator.events import Event
from simulator.events import StepFailed
from simulator.events import StepPassed
from simulator.events import StepSkipped
from simulator.expressions import MissingError
from simulator.expressions import as_text
from simulator.ports import DEFAULT_WORLD
from simulator.scenario.actions import ACTIONS
from simulator.scenario.judging import UNDECIDED
from simulator.scenario.model import PARALLEL
from simulator.scenario.model import PERSON
from simulator.scenario.model import Scenario
from simulator.scenario.model import Step
from simulator.scenario.model import single_steps
from simulator.scenario.model import steps_of
from simulator.scenario.turn import Stage
from simulator.speech import moment
from simulator.story import Begin
from simulator.story import StepEvent
from simulator.story import Story
from simulator.story import Timer


EARLIER = "an earlier step failed"
_MOST_AT_ONCE = 100


def run(
    scenario: Scenario,
    stage: Stage,
    *,
    timer: Timer = time.perf_counter,
    begin: Begin | None = None,
) -> Iterator[Event]:
    """Play a scenario from its first step; after a failure the rest is skipped."""
    began = timer()
    world = "" if stage.world == DEFAULT_WORLD else stage.world
    yield events.ScenarioStarted(
        scenario.name,
        scenario.about,
        scenario.file,
        world,
        sum(1 for _ in single_steps(scenario.steps)),
        moment.now(),
    )
    passed = failed = skipped = 0
    story = Story(scenario, stage, timer, begin)
    for event in _play_all(story, scenario.steps):
        passed += isinstance(event, StepPassed)
        failed += isinstance(event, StepFailed)
        skipped += isinstance(event, StepSkipped)
        yield event
    yield events.ScenarioFinished(
        scenario.name,
        scenario.file,
        passed,
        failed,
        skipped,
        timer() - began,
        story.keys(),
    )


def needs_to_be_alone(scenario: Scenario, *, own_world: bool = False) -> bool:
    """Say whether a story changes or reads a world as a whole that others play in."""
    steps = single_steps(scenario.steps)
    acts = [step for step in steps if step.shared or not own_world]
    known = (ACTIONS.get(step.action) for step in acts)
    # A key of one's choice is a fault, and faults strike whoever comes.
    return any(step.key for step in acts) or any(
        action is not None and action.alone for action in known
    )


def _play_all(story: Story, steps: Sequence[Step]) -> Iterator[StepEvent]:
    failed = False
    for step in steps:
        if failed:
            yield from skip_step(story, step, EARLIER)
            continue
        for event in play_step(story, step):
            failed = failed or isinstance(event, StepFailed)
            yield event


def play_step(story: Story, step: Step) -> Iterator[StepEvent]:
    """Play one step of a story, or a block with all that is inside."""
    if not step.steps:
        yield story.play(step)
        return
    try:
        reason = story.why_skipped(step)
    except UNDECIDED as error:
        yield story.fail(step, str(error))
        return
    if reason is not None:
        yield from skip_step(story, step, reason)
    elif step.action == PARALLEL:
        yield from _play_parallel(story, step)
    else:
        yield from _play_for_each(story, step)


def skip_step(story: Story, step: Step, reason: str) -> Iterator[StepSkipped]:
    """Leave out a step, or each of a block."""
    for each in single_steps([step]):
        yield story.skip(each, reason)


def _play_parallel(story: Story, step: Step) -> Iterator[StepEvent]:
    """Play branches at the same time; what they saved is there afterwards."""
    stories = [story.branch(together=True) for _ in step.steps]
    branches = [steps_of(each) for each in step.steps]
    yield from _at_once(stories, branches)
    for each, steps in zip(stories, branches, strict=True):
        for name in _saved_in(steps):
            if name in each.saved:
                story.saved[name] = each.saved[name]
    story.watch.news()


def _play_for_each(story: Story, step: Step) -> Iterator[StepEvent]:
    """Play steps for each value; what they saved is a list afterwards."""
    try:
        values = story.values(step)
    except MissingError as error:
        yield story.fail(step, str(error))
        return
    turns = [_turn(story, step, value) for value in values]
    if step.at_once:
        yield from _at_once(turns, [step.steps] * len(turns))
        story.watch.news()
    else:
        yield from _one_by_one(turns, step.steps)
    for name in _saved_in(step.steps):
        story.saved[name] = [turn.saved.get(name) for turn in turns]


def _turn(story: Story, step: Step, value: object) -> Story:
    turn = story.branch(turn=as_text(value), together=step.at_once)
    turn.saved[step.names] = value
    if step.names == PERSON:
        turn.lend_phone(as_text(value))
    return turn


def _one_by_one(turns: Sequence[Story], steps: Sequence[Step]) -> Iterator[StepEvent]:
    failed = False
    for turn in turns:
        for step in steps if failed else ():
            yield from skip_step(turn, step, EARLIER)
        for event in _play_all(turn, () if failed else steps):
            failed = failed or isinstance(event, StepFailed)
            yield event


def _at_once(
    stories: Sequence[Story], branches: Sequence[Sequence[Step]]
) -> Iterator[StepEvent]:
    """Play branches in a thread each; they are told one after the other."""
    if not stories:
        return
    with ThreadPoolExecutor(min(len(stories), _MOST_AT_ONCE)) as pool:
        for told in pool.map(_told, stories, branches):
            yield from told


def _told(story: Story, steps: Sequence[Step]) -> list[StepEvent]:
    return list(_play_all(story, steps))


def _saved_in(steps: Sequence[Step]) -> Iterator[str]:
    for step in single_steps(steps):
        yield from step.save
