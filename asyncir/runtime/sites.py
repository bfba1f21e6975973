"""From the numbers that compiled code writes to places in the source."""

from __future__ import annotations

from asyncir.abi import Entry, Machine, Site
from asyncir.errors import Location


def location_of_site(site: Site | None) -> Location | None:
    """Where a site is; None if it is not known."""
    if site is None or site.line < 1:
        return None
    return Location(site.file, site.line, max(site.column, 1))


def location_of_entry(entry: Entry) -> Location | None:
    """Where the kernel is defined; None if that is not known."""
    return location_of_text(entry.location)


def location_of_text(text: str) -> Location | None:
    """The place that file:line:column names; None for anything else."""
    parts = text.rsplit(":", 2)
    if len(parts) != 3 or not (parts[1].isdigit() and parts[2].isdigit()):
        return None
    return Location(parts[0], int(parts[1]), int(parts[2]))


class SiteTable:
    """An entry's sites and machines by number."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self._sites = {site.number: site for site in entry.sites}
        self._machines = {machine.number: machine for machine in entry.machines}

    def site(self, number: int) -> Site | None:
        return self._sites.get(number)

    def machine(self, number: int) -> Machine | None:
        return self._machines.get(number)

    def machine_name(self, number: int) -> str:
        machine = self._machines.get(number)
        return machine.name if machine is not None else f"machine {number}"

    def place(self, number: int) -> str:
        """A site's place in words."""
        location = location_of_site(self._sites.get(number))
        return str(location) if location is not None else "an unknown place"
