"""Requests and answers as pydantic models: they check what arrives and are what `/v1/openapi.json` says."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from typing_extensions import TypedDict

from zhangshu_desk.sync.wire import MAX_PAGE_ROWS, PULLED

_MOST = (1 << 53) - 1
Count = Annotated[int, Field(ge=0, le=_MOST)]
Number = Annotated[int, Field(ge=1, le=_MOST)]
Small = Annotated[int, Field(ge=0, le=1 << 30)]
Token = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,64}$")]
RowId = Annotated[str, StringConstraints(pattern=r"^[0-9a-z-]{0,62}[0-9a-f]{2}$")]
OperationHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
PreviousHash = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")]
FeedHash = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{32})?$")]
Hlc = Annotated[str, StringConstraints(pattern=r"^[0-9]{15}\.[0-9]{6}\.[!-~]{1,64}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[^\x00]{0,200}$")]
_Verifier = Annotated[str, StringConstraints(pattern=r"^\$argon2id\$[!-~]{1,480}$")]
Kind = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,32}$")]


class _Request(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class WireOperation(TypedDict):
    """An operation; `sets` and `olds` are canonical JSON texts, as hashed. Only the last of a log needs its hash."""

    n: Number
    op_id: Token
    tx: Token
    tbl: Token
    row_id: RowId
    kind: Token
    sets: str
    olds: str
    base: Count
    hlc: Hlc
    actor: Token
    created: Count
    h: NotRequired[OperationHash]


class Log(_Request):
    """One life of a station's database: its operations from `first` on, and the hash before them."""

    inc: Token
    first: Number
    prev_h: PreviousHash
    own: list[tuple[Count, PreviousHash]] = Field(default=[], max_length=200)
    cap: tuple[Count, Count] | None = None
    current: bool
    ops: list[WireOperation] = []


class Verifier(_Request):
    """What proves an account's password, of an account of the station's site."""

    user_id: Token
    password_hash: _Verifier
    changed_at: Count
    must_change: bool


class Want(_Request):
    """What the station asks for besides: serial numbers by kind, and whether it can take a new secret."""

    serials: dict[Kind, Annotated[int, Field(ge=1, le=_MOST)]] = Field(default={}, max_length=16)
    secret: bool = False


class LabelKey(_Request):
    """The secret with which the station proves its label codes; `id` is its sha256."""

    id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$")] = Field(repr=False)


class SyncRequest(_Request):
    """`POST /v1/sync`. `since` null: push only.

    `brief`: rows that the station itself made may come without their fields; `again`: rows to give with them in any
    case, because what the station has differs; `label_key`: while the centre does not say that it knows it.
    """

    proto: Small
    # the Python name `schema` is taken by pydantic
    structure: Small = Field(alias="schema")
    client: Name
    station: Token
    now: Count
    req: Count
    waiting: Small
    oldest: Count | None = None
    logs: list[Log] = Field(max_length=1000)
    since: Count | None
    seen: list[tuple[Count, FeedHash]] = Field(default=[], max_length=200)
    limit: Annotated[int, Field(ge=1, le=1 << 30)] = 2_000
    want: Want = Want()
    retry: list[Token] = Field(default=[], max_length=1000)
    verifiers: list[Verifier] = Field(default=[], max_length=1000)
    verifiers_since: Count | None = None
    brief: bool = False
    again: list[tuple[Token, RowId]] = Field(default=[], max_length=MAX_PAGE_ROWS)
    label_key: LabelKey | None = None


class EnrolRequest(_Request):
    """`POST /v1/enrol`: `station` is the id the station gave itself, `name` what it is called there."""

    code: Annotated[str, StringConstraints(pattern=r"^[^\x00]{1,100}$")]
    station: Annotated[str, StringConstraints(pattern=r"^[0-9a-zA-Z-]{1,63}$")]
    name: Name
    client: Name


class DigestRequest(_Request):
    """`POST /v1/digest`: a table's buckets, or the rows of one bucket (two hexadecimal digits)."""

    tbl: Annotated[Token, Field(json_schema_extra={"enum": list(PULLED)})]
    bucket: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{2}$")] | None = None


class ClaimRequest(_Request):
    """`POST /v1/claim`: whose counter wants to call this visit."""

    visit: RowId
    actor_name: Name
    counter_name: Name


# -- answers ----------------------------------------------------------------------------------------------------------


class _Answer(BaseModel):
    pass


class Row(_Answer):
    """A row: table, id, feed number of its latest change, and its fields that are not null; or, when the station made
    it so itself and asked to be `brief`, only the digest `d` of them, in hexadecimal."""

    t: str
    id: str
    v: int
    f: dict[str, Any] | None = None
    d: str | None = None


class Result(_Answer):
    """What became of a transaction; `code` and `detail` say why it was rejected."""

    tx: str
    status: Literal["ok", "merged", "conflict", "rejected", "duplicate"]
    code: str
    detail: str


class Block(_Answer):
    """Serial numbers lent to the station, both ends included."""

    id: str
    kind: str
    first: int
    last: int


class Notice(_Answer):
    """Something a person should know; the facts are ids and numbers."""

    code: str
    facts: dict[str, Any]


class VerifierAnswer(_Answer):
    user_id: str
    password_hash: str
    changed_at: int
    must_change: bool


class SyncAnswer(_Answer):
    """The answer to `POST /v1/sync`; `next` and `h` are null when nothing was pulled (`since` null).

    `label_keys`: ids of the station's label keys that are kept here; `label_domain`: what links on labels begin with,
    empty where the centre has not decided it.
    """

    proto: int
    server_id: str
    epoch: str
    now: int
    hlc: str
    req: int
    acked: dict[str, int]
    durable: dict[str, int]
    results: list[Result]
    rewound_to: int | None
    rows: list[Row]
    next: int | None
    h: str | None
    head: int
    more: bool
    digests: dict[str, tuple[int, str]] | None
    blocks: list[Block]
    secret: str | None
    verifiers: list[VerifierAnswer]
    verifiers_next: int | None
    notices: list[Notice]
    label_keys: list[str]
    label_domain: str


class Hello(_Answer):
    """`GET /v1/hello`: who this centre is; nothing in it is secret."""

    server_id: str
    epoch: str
    proto: list[int] = Field(min_length=2, max_length=2)
    structure: int = Field(alias="schema")
    min_client: str
    now: int
    ca_pem: str


class EnrolAnswer(_Answer):
    """What a station needs to join; `secret` is shown this once."""

    station: str
    site: str
    site_name: str
    letter: str
    secret: str
    server_id: str
    epoch: str
    ca_pem: str


class SnapshotPage(_Answer):
    """A page of everything as of feed number `as_of`, `total` rows in all; `after` names the next one."""

    as_of: int
    h: str
    total: int
    rows: list[Row]
    after: str | None
    more: bool


class Buckets(_Answer):
    """Rows and digest sum of each bucket that has rows."""

    seq: int
    buckets: dict[str, tuple[int, str]]


class BucketRows(_Answer):
    seq: int
    rows: list[Row]


class ClaimAnswer(_Answer):
    """Whether the visit may be called now; `by` and `counter`: who has it otherwise."""

    granted: bool
    by: str
    counter: str


class Head(_Answer):
    head: int


class Refused(BaseModel):
    """A refusal; what else there is depends on `error` (docs/adr/0006)."""

    model_config = ConfigDict(extra="allow")

    error: str
