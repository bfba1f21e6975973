"""What a running kernel shows to the host: `publish`."""

from __future__ import annotations

from asyncir.dialects.task import PublishOp
from asyncir_python.compile.arrays import as_element, effect
from asyncir_python.compile.calls import Call, builtin
from asyncir_python.compile.emitter import Emitter
from asyncir_python.compile.memory import places_of
from asyncir_python.compile.types import Array
from asyncir_python.compile.values import NOTHING, Value
from asyncir_python.host_types import scalar_of
from asyncir_python.twin import publishing
from asyncir_python.twin.arrays import array_text

_ELEMENTS = [scalar_of(element) for element in publishing.PUBLISHED]


@builtin(publishing.publish)
def emit_publish(f: Emitter, call: Call) -> Value:
    array, index, value = call.exactly(f, "array", "index", "value")
    if not isinstance(array.type, Array) or not array.type.visible:
        wanted = array_text(array.type.element.name, array.type.rank, visible=True) if isinstance(array.type, Array) else "HostVisible[…]"
        f.fail(call.node, f"{publishing.NOT_VISIBLE} {array.type}", help=f"give the kernel a parameter for it: {wanted}")
    if array.type.element not in _ELEMENTS:
        f.fail(call.node, f"{publishing.NOT_PUBLISHED} {array.type}")
    places = places_of(f, call, array, index)
    stored = as_element(f, array, value, call.node)
    effect(f, lambda: f.add(PublishOp(stored, array.only, places)))
    return NOTHING
