"""The main job as four plain functions, ingest, build, report and publish, and `run`, which puts them together."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from codesets import reference
from codesets.database import connect
from flows import release
from flows.configuration import Configuration
from flows.durable import rename, sync, sync_tree, write_json
from flows.errors import ConfigurationError
from flows.home import PUBLISHED, PUBLISHING, UNCHANGED
from flows.job import Job
from flows.switched_off import tell_what_is_off
from reports.render import render
from transforms import disclosure, landing, measures, reviews, rules, warehouse
from transforms.core import SourceInput, build_core
from transforms.influence.assess import assess
from transforms.influence.options import find_options
from transforms.landing import Ingested
from transforms.measures import TableSpecification
from transforms.profiles import FileLayout, Profile, load_profile
from transforms.rules import RuleSet
from transforms.source import Source

_TABLES = Path(__file__).parents[1] / "reports" / "tables"


@dataclass(frozen=True, kw_only=True)
class Landed:
    """What was taken in, and all that determines the release."""

    inputs: tuple[SourceInput, ...]
    ingested: tuple[Ingested, ...]
    code_sets: reference.Reference
    rules: RuleSet
    tables: tuple[TableSpecification, ...]
    review_files: tuple[Path, ...]
    identity: release.Identity


@dataclass(frozen=True, kw_only=True)
class Built:
    """A warehouse that is complete and verified, under the name of its build, and why its release is held, if it is."""

    file: Path
    held_because: str | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to. A held release is published, and says on its face why it is held."""

    release_id: str
    is_new: bool
    held_because: str | None
    warehouse: Path
    folder: Path


def ingest(job: Job) -> Landed:
    """Take in every file of the configuration that is not in landing yet, and settle which release this will be."""
    code_sets = job.step(
        "Prepare the code sets",
        lambda: reference.ensure(site=job.home.site_code_sets, switches=job.configuration.switches),
    )
    check_standard(job.configuration, code_sets)
    rule_set = job.step("Read the rules", lambda: rules.load_rules([job.home.site_rules]))
    tables = job.step("Read the tables", lambda: measures.load_specifications(_TABLES, job.home.site_tables))
    inputs, ingested = [], []
    for source in job.configuration.all_sources:
        profile = load_profile(source.profile, [job.home.site_profiles])

        layouts = _layouts(job.configuration, source, profile)

        def take_in(source=source, layouts=layouts) -> Ingested:
            return landing.ingest(job.home.folder, source, layouts, on_progress=job.progress.say)

        taken = job.step(
            f"Take in {source.name}",
            take_in,
            counting=lambda taken: sum(batch.rows_read for batch in taken.batches),
            unsettled=_may_be_readable_later,
        )
        for refusal in taken.refusals:
            job.progress.say(f"Refused: {refusal.message}")
        inputs.append(SourceInput(source=source, profile=profile, batches=taken.live))
        ingested.append(taken)
    review_files = reviews.reviews_in(job.home.reviews)
    return Landed(
        inputs=tuple(inputs),
        ingested=tuple(ingested),
        code_sets=code_sets,
        rules=rule_set,
        tables=tuple(tables),
        review_files=review_files,
        identity=release.identify(job, ingested, code_sets.hash, rule_set.hash, review_files),
    )


def check_standard(configuration: Configuration, code_sets: reference.Reference) -> None:
    """Raise ConfigurationError where `[standard] name`, or a table, names a standard population that is not at hand."""
    with connect(code_sets.path, read_only=True) as con:
        try:
            measures.check_standards(con, measures.load_specifications(_TABLES), _measure_settings(configuration))
        except measures.SpecificationError as error:
            raise ConfigurationError(f"{configuration.file.name}: {error}") from None


def _layouts(configuration: Configuration, source: Source, profile: Profile) -> dict[str, FileLayout]:
    """The files of a profile that a source may hold: `[population]` and `[births]` take theirs only.

    A file of encounters named there by mistake would otherwise count every encounter twice.
    """
    for special, section in ((configuration.population, profile.population), (configuration.births, profile.birth)):
        if source is special:
            return {section.file: profile.files[section.file]} if section else {}
    return dict(profile.files)


# Refusals of a file that another program is still writing, or of a network share that is away.
_PASSING = frozenset({"changing_file", "unreadable"})


def _may_be_readable_later(taken: Ingested) -> bool:
    return any(refusal.reason in _PASSING for refusal in taken.refusals)


def build(job: Job, landed: Landed) -> Built:
    """Build the warehouse in a file of its own, verify it, and close it without a write-ahead log.

    Raises:
        BrokenIdentity: where the warehouse contradicts itself.
    """
    file = job.home.new_build_file()
    spill = file.with_suffix(".spill")
    say = job.progress.say
    job.step("Copy the code sets", lambda: reference.begin_warehouse(landed.code_sets, file))
    with connect(file, temp_directory=spill) as con:
        warehouse.create(con)
        for sentence in tell_what_is_off(con, landed.tables, landed.rules):
            say(sentence)
        job.step("Register the files", lambda: landing.register(con, landed.ingested))
        job.step(
            "Take over the reviews",
            lambda: reviews.fill_reviews(con, landed.review_files, applies=job.configuration.reviews.apply_corrections),
            counting=lambda _: _count(con, "quality.review"),
        )
        job.step(
            "Form encounters, stays and deaths",
            lambda: build_core(con, landed.inputs, on_progress=say, corrections_in="quality.correction"),
            counting=lambda _: _count(con, "core.encounter") + _count(con, "core.death"),
        )
        reviews.settle_corrections(con, say)
        job.step(
            "Check the records against the rules",
            lambda: rules.run_rules(con, landed.rules, job.configuration.rules, on_progress=say),
            counting=lambda _: _count(con, "quality.flag"),
        )
        job.step(
            "Compute the figures",
            lambda: measures.build_figures(
                con,
                landed.tables,
                _measure_settings(job.configuration),
                on_progress=say,
            ),
            counting=lambda _: _count(con, "stats.figure"),
        )
        job.step("See what open flags allow", lambda: find_options(con, on_progress=say))
        job.step(
            "See how far they could move the figures",
            lambda: assess(con, landed.tables, _measure_settings(job.configuration), on_progress=say),
        )
        job.step("Hide small counts", lambda: disclosure.apply(con, job.configuration.disclosure.minimum_count))
        held_because = release.held_because(con)
        release.describe(con, landed.identity, held_because)
        job.step("Verify that everything reconciles", lambda: warehouse.verify(con, say))
        job.step("Close the warehouse", lambda: con.execute("checkpoint"))
    shutil.rmtree(spill, ignore_errors=True)
    return Built(file=file, held_because=held_because)


def report(job: Job, built: Built) -> Path:
    """Write the release's files to a folder under a temporary name."""
    folder = job.home.new_release_folder()
    configuration = job.configuration

    def draw() -> None:
        with connect(built.file, read_only=True) as con:
            render(
                con,
                folder,
                title=configuration.report.title,
                minimum_count=configuration.disclosure.minimum_count,
                on_progress=job.progress.say,
            )

    job.step("Draw the report and the tables", draw)
    return folder


def publish(job: Job, landed: Landed, built: Built, folder: Path) -> Outcome:
    """Put the release folder in place, then the warehouse: the rename of the warehouse is the commit."""
    release_id = landed.identity.release_id
    place = job.home.release(release_id)

    def put_in_place() -> None:
        with connect(built.file, read_only=True) as con:
            write_json(folder / "manifest.json", release.manifest(con, landed.identity, folder))
        sync_tree(folder)
        sync(built.file)
        job.note(status=PUBLISHING, release_id=release_id)
        job.save()
        if place.exists():
            # Only where the warehouse no longer names it, e.g. since somebody removed the warehouse.
            rename(place, job.home.aside())
        rename(folder, place)
        rename(built.file, job.home.warehouse)

    job.step("Publish the release", put_in_place)
    job.note(status=PUBLISHED)
    return Outcome(
        release_id=release_id,
        is_new=True,
        held_because=built.held_because,
        warehouse=job.home.warehouse,
        folder=place,
    )


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The four parts of the job; Prefect puts its flows in their place."""

    ingest: Callable[[Job], Landed] = ingest
    build: Callable[[Job, Landed], Built] = build
    report: Callable[[Job, Built], Path] = report
    publish: Callable[[Job, Landed, Built, Path], Outcome] = publish


def conduct(job: Job, parts: Parts = Parts()) -> Outcome:
    """Run the parts in order, or stop after the first where the warehouse already holds this very release."""
    landed = parts.ingest(job)
    published = job.home.published()
    if published and published.release_id == landed.identity.release_id and not _is_damaged(job, published.release_id):
        job.note(status=UNCHANGED, release_id=published.release_id)
        return Outcome(
            release_id=published.release_id,
            is_new=False,
            held_because=published.held_because,
            warehouse=job.home.warehouse,
            folder=job.home.release(published.release_id),
        )
    built = parts.build(job, landed)
    folder = parts.report(job, built)
    return parts.publish(job, landed, built, folder)


def _is_damaged(job: Job, release_id: str) -> bool:
    """Whether a file of the release is not as it was published; it is then made anew."""
    if release.is_whole(job.home.release(release_id)):
        return False
    job.progress.say(f"Files of release {release_id} are missing or were changed: it is made anew")
    return True


def run(job: Job, conductor: Callable[[Job], Outcome] = conduct) -> Outcome:
    """Run the main job on the home of its configuration, alone, and leave nothing unfinished behind.

    Raises:
        HomeBusyError: where another run holds the home.
        HomeError: where the home cannot be written to.
        BrokenIdentity: where the result contradicts itself; nothing is published.
    """
    home = job.home
    home.create()
    with home.locked():
        if removed := home.sweep():
            job.progress.say(f"Removed what an interrupted run left behind ({removed} files and folders)")
        try:
            with job.recorded():
                return conductor(job)
        finally:
            home.sweep()


def _measure_settings(configuration: Configuration) -> measures.Settings:
    return measures.Settings(
        period=configuration.report.period,
        year_start=configuration.report.year_start,
        reliability=configuration.reliability.regime,
        standard=configuration.standard.name,
        standard_interval=configuration.standard.interval,
        msdrg=configuration.grouper.msdrg,
    )


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return con.execute(f"select count(*) from {table}").fetchone()[0]
