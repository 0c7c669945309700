"""Functions that frameworks call with data of clients, and the values of their parameters."""

from __future__ import annotations

from posse_checks.flow import forms
from posse_checks.flow import operations as ops
from posse_checks.flow.addresses import REQUESTS, ROUTES, SAFE_CONVERTERS, Address, routes_of
from posse_checks.flow.annotations import clean_by_field, converted, may_be_text, type_name
from posse_checks.flow.code import ClassCode, FunctionCode
from posse_checks.flow.machine import Arguments, Machine
from posse_checks.flow.responses import CONTENT_TYPE, typed
from posse_checks.flow.scanning import answers_events
from posse_checks.flow.state import Cell, State
from posse_checks.flow.values import ANYTHING, NUMBER, OUTSIDE, UNKNOWN, Taint, Value, constant

_TRANSPARENT = {
    *("staticmethod", "classmethod", "property", "wraps", "lru_cache", "cache", "cached_property", "abstractmethod"),
    *("override", "final", "contextmanager", "asynccontextmanager", "dataclass", "dataclasses", "define", "frozen"),
    *("login_required", "csrf_exempt", "require_POST", "require_GET", "require_http_methods", "permission_required"),
    *("fixture", "overload", "authenticated", "coroutine", "jwt_required", "never_cache", "transaction", "atomic"),
    *("total_ordering", "singledispatch", "errorhandler", "before_request", "after_request", "api_view", "setter"),
    *(
        "gen",
        "asynchronous",
        "task",
        "shared_task",
        "command",
        "exception_handler",
        "middleware",
        "exempt",
        "unique",
        "field_validator",
        "validator",
    ),
}
_VERBS = {"get", "post", "put", "delete", "patch", "head", "options", "dispatch", "form_valid", "get_queryset"}
_HTML_VIEWS = {"flask", "quart", "bottle"}


def is_transparent(operation: ops.Expression, value: Value) -> bool:
    """Whether a decorator leaves a function as it is, as far as its results go."""
    while isinstance(operation, ops.Call):
        operation = operation.function
    name = operation.name if isinstance(operation, ops.Attribute) else getattr(operation, "id", "")
    return name in _TRANSPARENT or name in ROUTES


def request_type(machine: Machine) -> str:
    """The type of a parameter `request` in this module."""
    return next((type_ for name, type_ in REQUESTS.items() if name in machine.frameworks), "")


def view_parameters(
    machine: Machine, code: FunctionCode, owner: ClassCode | None, self_value: Value | None, state: State
) -> tuple[str, str | None, dict[str, Value]]:
    """The framework and the path that a function answers, and the values of its parameters when it runs on its own."""
    routes = list(routes_of(machine, code, state))
    framework = routes[0].framework if routes else ""
    path = routes[0].path if len(routes) == 1 else None
    env: dict[str, Value] = {}
    address = Address.of(routes)
    parameters = list(code.function.parameters)
    ancestors = owner.ancestors() if owner is not None else ()
    if owner is not None and parameters and not _is_static(code):
        env[parameters.pop(0).name] = self_value or machine.unknown()
    base = machine.catalogue_type(ancestors)
    is_handler = bool(base) and code.function.name in _VERBS
    is_lambda = owner is None and answers_events(code.function)
    for index, parameter in enumerate(parameters):
        value = _parameter(machine, code, parameter, index, address, state)
        is_of_address = is_handler and base.startswith(("tornado.", "flask.", "sanic.")) and parameter.kind == "any"
        if value is None and is_of_address and _may_be_part(parameter):
            value = _from_client(machine, code, parameter.name)
        if value is None and is_lambda and index == 0:
            value = _from_client(machine, code, parameter.name)
        env[parameter.name] = value if value is not None else _unknown(machine, parameter, state)
    constant_path = path if path is not None and not set("<{*") & set(path) and path.startswith("/") else None
    kind = framework if framework in _HTML_VIEWS else ""
    if framework in ("fastapi", "starlette"):
        classes = dict(routes[0].decorator.keywords)
        if "response_class" in classes and type_name(classes["response_class"]) == "HTMLResponse":
            kind = "fastapi"
    if base.startswith("flask.") and is_handler:
        kind = "flask"
    if is_lambda:
        kind = "lambda"
    if kind == "bottle":
        env[CONTENT_TYPE] = typed(constant("text/html"))
    return kind, constant_path, env


def _is_static(code: FunctionCode) -> bool:
    return any(isinstance(item, ops.Name) and item.id == "staticmethod" for item in code.function.decorators)


def _unknown(machine: Machine, parameter: ops.Parameter, state: State) -> Value:
    if parameter.kind in ("arguments", "keywords"):
        number = machine.new_cell()
        state.put(number, Cell("tuple" if parameter.kind == "arguments" else "dict", {}, ANYTHING))
        return Value(cell=number)
    return Value((Taint(UNKNOWN, ()),), identity=machine.new_identity())


def _from_client(machine: Machine, code: FunctionCode, name: str, clean: int = 0) -> Value:
    value = machine.source(code.function.at, f"parameter `{name}` of `{code.function.name}()`", OUTSIDE, clean)
    base = code.base - machine.frame.base
    if base and value.taints:
        (taint,) = value.taints
        (step,) = taint.steps
        return value.but(taints=(taint._replace(steps=(step._replace(line=step.line + base),)),))
    return value


def _parameter(
    machine: Machine,
    code: FunctionCode,
    parameter: ops.Parameter,
    index: int,
    address: Address,
    state: State,
) -> Value | None:
    """The value of a parameter, given its type, its name or the path; None if it is unknown."""
    name, annotation = parameter.name, parameter.annotation
    framework, converters = address.framework, address.converters
    annotated = type_name(annotation) if annotation is not None else ""
    if annotated in ("Request", "HttpRequest", "HTTPConnection", "WSGIRequest"):
        return Value(type=request_type(machine) or "starlette.Request")
    if annotated in ("WebSocket", "WebSocketServerProtocol", "ServerConnection"):
        return Value(type="starlette.WebSocket" if annotated == "WebSocket" else "websockets.Connection")
    if annotation is None and index == 0 and name in ("request", "req"):
        made = request_type(machine)
        if made:
            return Value(type=made)
    if annotation is None and index == 0 and name in ("websocket", "ws") and "websockets" in machine.frameworks:
        return Value(type="websockets.Connection")
    if not framework:
        return None
    if framework == "sanic" and name in ("ws", "websocket"):
        return Value(type="websockets.Connection")
    if name in converters:
        if converters[name] in SAFE_CONVERTERS:
            return NUMBER
        return _from_client(machine, code, name)
    if framework in ("fastapi", "starlette"):
        return _of_fastapi(machine, code, parameter, state)
    may_be_part = parameter.kind in ("any", "keyword") and not address.is_known and _may_be_part(parameter)
    if may_be_part and framework in ("sanic", "quart", "bottle", "flask"):
        return _from_client(machine, code, name)
    return None


def _may_be_part(parameter: ops.Parameter) -> bool:
    """Whether a parameter of a view may hold a part of the address: text, not an object of the program."""
    return parameter.name not in ("self", "cls") and may_be_text(parameter.annotation)


def _of_fastapi(machine: Machine, code: FunctionCode, parameter: ops.Parameter, state: State) -> Value | None:
    name, annotation, default = parameter.name, parameter.annotation, parameter.default
    supplier = _supplier(annotation, default)
    if supplier is not None:
        return _supplied(machine, code, supplier, state)
    if default is not None and not _says_where(default):
        return None  # an object that stands for a dependency
    annotated = type_name(annotation) if annotation is not None else ""
    if annotated in ("BackgroundTasks", "Response", "Session", "AsyncSession"):
        return None
    if annotated == "UploadFile":
        return Value(type="starlette.UploadFile")
    clean = clean_by_field(machine, default, state) if default is not None else 0
    value = _from_client(machine, code, name, clean)
    if annotation is None:
        return value
    if isinstance(annotation, ops.Name):
        known = machine.evaluate(annotation, state)
        if isinstance(known.code, ClassCode) and forms.is_model(known.code):
            fields = Arguments([], {"**": value}, True)
            made = machine.call(known.code, fields, state, code.function.at)
            return made if made is not None else value
    return converted(machine, annotation, value, state) if _is_text(machine, annotation, state) else None


_PARTS = {"Query", "Path", "Header", "Cookie", "Body", "Form", "File"}


def _says_where(default: ops.Expression) -> bool:
    """Whether a default is a plain value, or names the part of the request that a parameter comes from."""
    if isinstance(default, ops.Call):
        return type_name(default.function) in _PARTS
    return not isinstance(default, (ops.Name, ops.Attribute))


_TEXT_TYPES = {
    "str",
    "bytes",
    "dict",
    "list",
    "Any",
    "Dict",
    "List",
    "SecretStr",
    "AnyUrl",
    "HttpUrl",
    "EmailStr",
    "object",
}


def _is_text(machine: Machine, annotation: ops.Expression, state: State) -> bool:
    """Whether a type is known; an imported name may stand for a dependency."""
    if isinstance(annotation, (ops.Name, ops.Attribute)):
        name = type_name(annotation)
        if name in _TEXT_TYPES or converted(machine, annotation, ANYTHING, state) is not ANYTHING:
            return True
        return machine.evaluate(annotation, state).code is not None
    if isinstance(annotation, ops.Subscript) and type_name(annotation.value) == "Annotated":
        inside = annotation.key
        return isinstance(inside, ops.Sequence) and _is_text(machine, inside.elements[0], state)
    return True


def _supplier(annotation: ops.Expression | None, default: ops.Expression | None) -> ops.Expression | None:
    """The function behind `Depends(...)`, whether it is a default or in an annotation."""
    options = [default]
    if isinstance(annotation, ops.Subscript) and isinstance(annotation.key, ops.Sequence):
        options += annotation.key.elements[1:]
    for option in options:
        if isinstance(option, ops.Call) and type_name(option.function) in ("Depends", "Security"):
            return option.arguments[0] if option.arguments else ops.Opaque()
    return None


def _supplied(machine: Machine, code: FunctionCode, supplier: ops.Expression, state: State) -> Value | None:
    """The result of a dependency, called with data of the client."""
    value = machine.evaluate(supplier, state)
    function = value.code
    if not isinstance(function, FunctionCode) or len(machine.calls) > 3:
        return None
    keywords = {}
    for parameter in function.function.parameters:
        found = _of_fastapi(machine, function, parameter, state)
        keywords[parameter.name] = found if found is not None else machine.unknown()
    return machine.call(function, Arguments([], keywords, False), state, code.function.at)
