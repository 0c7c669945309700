"""Findings: the reports of checks, with position, severity, confidence and weakness class."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from posse_checks.rule.evidence import Evidence

if TYPE_CHECKING:
    from posse_checks.rule.declaration import Rule


class Level(enum.IntEnum):
    """A severity or a confidence, with Bandit's names and order."""

    UNDEFINED = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3


MAXIMUM_CWE = 9_999
"""Limit for MITRE's numbers."""


class Cwe(enum.IntEnum):
    """The weakness classes of findings, as Bandit labels them; the values are MITRE's CWE numbers.

    Checks from elsewhere may have others, and 0 stands for none.
    """

    IMPROPER_INPUT_VALIDATION = 20
    PATH_TRAVERSAL = 22
    OS_COMMAND_INJECTION = 78
    CROSS_SITE_SCRIPTING = 79
    BASIC_XSS = 80
    SQL_INJECTION = 89
    LDAP_INJECTION = 90
    NEUTRALIZATION_IN_HEADERS_AND_LOGS = 93
    CODE_INJECTION = 94
    IMPROPER_NEUTRALIZATION_OF_WILDCARDS = 155
    USE_OF_HARD_CODED_PASSWORD = 259
    IMPROPER_ACCESS_CONTROL = 284
    IMPROPER_CERTIFICATE_VALIDATION = 295
    CLEARTEXT_TRANSMISSION = 319
    INADEQUATE_ENCRYPTION_STRENGTH = 326
    BROKEN_OR_RISKY_ALGORITHM = 327
    INSUFFICIENTLY_RANDOM_VALUES = 330
    IMPROPER_VERIFICATION_OF_SIGNATURE = 347
    CROSS_SITE_REQUEST_FORGERY = 352
    INSECURE_TEMPORARY_FILE = 377
    UNCONTROLLED_RESOURCE_CONSUMPTION = 400
    ACTIVE_DEBUG_CODE = 489
    DOWNLOAD_OF_CODE_WITHOUT_INTEGRITY_CHECK = 494
    TRUST_BOUNDARY_VIOLATION = 501
    DESERIALIZATION_OF_UNTRUSTED_DATA = 502
    SENSITIVE_INFORMATION_IN_LOG_FILE = 532
    OPEN_REDIRECT = 601
    MULTIPLE_BINDS_TO_THE_SAME_PORT = 605
    XML_EXTERNAL_ENTITIES = 611
    INSECURE_COOKIE = 614
    XPATH_INJECTION = 643
    IMPROPER_CHECK_OF_EXCEPTIONAL_CONDITIONS = 703
    INCORRECT_PERMISSION_ASSIGNMENT = 732
    INAPPROPRIATE_ENCODING_FOR_OUTPUT_CONTEXT = 838
    SERVER_SIDE_REQUEST_FORGERY = 918

    @classmethod
    def _missing_(cls, value: object) -> Cwe | None:
        """Returns the class with any other number."""
        if not isinstance(value, int) or not 0 <= value < 100_000:
            return None
        other = int.__new__(cls, value)
        other._name_, other._value_ = f"CWE_{value}", value
        return other

    @property
    def link(self) -> str:
        """The address of MITRE's page on this weakness; empty if there is none."""
        return f"https://cwe.mitre.org/data/definitions/{self.value}.html" if self else ""

    @property
    def label(self) -> str:
        """Its number and the address, as reports write them; empty if there is none."""
        return f"CWE-{self.value} ({self.link})" if self else ""

    @property
    def title(self) -> str:
        """MITRE's title of this weakness; if that has a short form in quotes or parentheses, the short form."""
        return _TITLES.get(self, "")


_TITLES = {
    Cwe.IMPROPER_INPUT_VALIDATION: "Improper Input Validation",
    Cwe.PATH_TRAVERSAL: "Path Traversal",
    Cwe.OS_COMMAND_INJECTION: "OS Command Injection",
    Cwe.CROSS_SITE_SCRIPTING: "Cross-site Scripting",
    Cwe.BASIC_XSS: "Basic XSS",
    Cwe.SQL_INJECTION: "SQL Injection",
    Cwe.LDAP_INJECTION: "LDAP Injection",
    Cwe.NEUTRALIZATION_IN_HEADERS_AND_LOGS: "CRLF Injection",
    Cwe.CODE_INJECTION: "Code Injection",
    Cwe.IMPROPER_NEUTRALIZATION_OF_WILDCARDS: "Improper Neutralization of Wildcards or Matching Symbols",
    Cwe.USE_OF_HARD_CODED_PASSWORD: "Use of Hard-coded Password",
    Cwe.IMPROPER_ACCESS_CONTROL: "Improper Access Control",
    Cwe.IMPROPER_CERTIFICATE_VALIDATION: "Improper Certificate Validation",
    Cwe.CLEARTEXT_TRANSMISSION: "Cleartext Transmission of Sensitive Information",
    Cwe.INADEQUATE_ENCRYPTION_STRENGTH: "Inadequate Encryption Strength",
    Cwe.BROKEN_OR_RISKY_ALGORITHM: "Use of a Broken or Risky Cryptographic Algorithm",
    Cwe.INSUFFICIENTLY_RANDOM_VALUES: "Use of Insufficiently Random Values",
    Cwe.IMPROPER_VERIFICATION_OF_SIGNATURE: "Improper Verification of Cryptographic Signature",
    Cwe.CROSS_SITE_REQUEST_FORGERY: "Cross-Site Request Forgery (CSRF)",
    Cwe.INSECURE_TEMPORARY_FILE: "Insecure Temporary File",
    Cwe.UNCONTROLLED_RESOURCE_CONSUMPTION: "Uncontrolled Resource Consumption",
    Cwe.ACTIVE_DEBUG_CODE: "Active Debug Code",
    Cwe.DOWNLOAD_OF_CODE_WITHOUT_INTEGRITY_CHECK: "Download of Code Without Integrity Check",
    Cwe.TRUST_BOUNDARY_VIOLATION: "Trust Boundary Violation",
    Cwe.DESERIALIZATION_OF_UNTRUSTED_DATA: "Deserialization of Untrusted Data",
    Cwe.SENSITIVE_INFORMATION_IN_LOG_FILE: "Insertion of Sensitive Information into Log File",
    Cwe.OPEN_REDIRECT: "Open Redirect",
    Cwe.MULTIPLE_BINDS_TO_THE_SAME_PORT: "Multiple Binds to the Same Port",
    Cwe.XML_EXTERNAL_ENTITIES: "Improper Restriction of XML External Entity Reference",
    Cwe.INSECURE_COOKIE: "Sensitive Cookie in HTTPS Session Without 'Secure' Attribute",
    Cwe.XPATH_INJECTION: "XPath Injection",
    Cwe.IMPROPER_CHECK_OF_EXCEPTIONAL_CONDITIONS: "Improper Check or Handling of Exceptional Conditions",
    Cwe.INCORRECT_PERMISSION_ASSIGNMENT: "Incorrect Permission Assignment for Critical Resource",
    Cwe.INAPPROPRIATE_ENCODING_FOR_OUTPUT_CONTEXT: "Inappropriate Encoding for Output Context",
    Cwe.SERVER_SIDE_REQUEST_FORGERY: "Server-Side Request Forgery (SSRF)",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A range of source: lines from 1, columns in UTF-8 bytes from 0, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def shifted(self, lines: int) -> Span:
        """Returns the range moved down by a number of lines."""
        return Span(self.line + lines, self.column, self.end_line + lines, self.end_column)


@dataclass(frozen=True, slots=True)
class Finding:
    """One report of one rule.

    Bandit prints `line`, `column`, `end_column` and `line_range` (first and last line, inclusive), and suppression uses
    them. An editor underlines `span`, which is shorter: exactly the code that is wrong. Lines count from 1 at the start
    of the text that was analyzed; columns are UTF-8 bytes from 0.
    """

    rule: Rule
    message: str
    severity: Level
    confidence: Level
    line: int
    column: int
    end_column: int
    line_range: tuple[int, int]
    span: Span
    names_its_line: bool
    """Whether the rule chose `line` itself; if so, Bandit honors a `# nosec` on it even outside the line range."""
    is_reminder: bool = False
    """Whether nothing is wrong here: it only recalls that a module or a function can be used wrongly."""
    mapped_from: Level | None = None
    """The severity from the rule, if the configuration replaced it."""
    via: str | None = None
    """The name in the text whose meaning comes from an import, if the finding depends on one."""
    evidence: Evidence | None = None
    """What following the data has shown of it; None if data was not followed."""

    @property
    def rule_severity(self) -> Level:
        """The severity from the rule, which is Bandit's; baselines compare it."""
        return self.severity if self.mapped_from is None else self.mapped_from

    @property
    def cwe(self) -> Cwe:
        """The weakness class of the rule."""
        return self.rule.cwe

    def takes_comment_on(self, line: int) -> bool:
        """Whether a comment on a line may suppress it: one in its line range, or on its own line."""
        first, last = self.line_range
        return first <= line <= last or self.line == line

    def shifted(self, lines: int) -> Finding:
        """Returns the finding moved down by a number of lines."""
        if not lines:
            return self
        first, last = self.line_range
        return replace(
            self,
            line=self.line + lines,
            line_range=(first + lines, last + lines),
            span=self.span.shifted(lines),
            evidence=self.evidence and self.evidence.shifted(lines),
        )
