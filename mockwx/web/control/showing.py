"""An exchange as the control API shows it: with the doctor's word on what failed."""

from mockwx.domain.exchange import Exchange
from mockwx.services.diagnosis import Watch


def shown(exchange: Exchange, watch: Watch, *, reveal: bool) -> dict[str, object]:
    """Shape an exchange; what was sealed stays so unless it is to be revealed."""
    found = watch.diagnosis(exchange)
    diagnosis = None if found is None else found.as_json()
    if diagnosis is not None and not reveal:
        diagnosis["plaintext"] = None
    return {**exchange.as_json(reveal=reveal), "diagnosis": diagnosis}
