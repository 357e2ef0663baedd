"""The project's own pytest plugins, where an older installation does not name them."""

from importlib.metadata import entry_points


OURS = {"mockwx": "mockwx.pytest_plugin", "wxsim": "simulator.pytest_plugin"}


def plugin_options() -> list[str]:
    """Return the options that load what pytest does not find by itself."""
    known = {each.name for each in entry_points(group="pytest11")}
    missing = [module for name, module in OURS.items() if name not in known]
    return [word for module in missing for word in ("-p", module)]
