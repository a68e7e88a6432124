"""The operators of the query language: each is one class, with its SQL, its words, its suggestions and its facet.

A new one is a class, its line in OPERATORS and a line in the README.
"""

from ingest.search.operators.dates import AfterTerm, BeforeTerm
from ingest.search.operators.durations import LongerTerm, ShorterTerm
from ingest.search.operators.features import HasTerm, IsTerm
from ingest.search.operators.names import FeedTerm, FolderTerm, HostTerm, LanguageTerm, SourceTerm, TagTerm
from ingest.search.operators.words import AuthorTerm, TitleTerm
from ingest.search.terms import Term

# In the order of suggestions and examples
OPERATORS: dict[str, type[Term]] = {
    operator.name: operator
    for operator in (
        TitleTerm,
        AuthorTerm,
        TagTerm,
        FeedTerm,
        FolderTerm,
        SourceTerm,
        AfterTerm,
        BeforeTerm,
        LanguageTerm,
        HostTerm,
        HasTerm,
        IsTerm,
        LongerTerm,
        ShorterTerm,
    )
}
