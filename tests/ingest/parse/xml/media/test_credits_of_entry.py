from ingest.base.models import Credit
from tests.ingest.parse.xml.media.items import item_entry, left_over


def test_a_person_has_a_role_in_lower_case_or_is_a_host() -> None:
    entry = item_entry(
        '<podcast:person role="Guest">Ada\n Lovelace</podcast:person><podcast:person>Bob</podcast:person>'
    )
    assert entry.credits == (Credit("Ada Lovelace", "guest"), Credit("Bob", "host"))
    assert (entry.authors, entry.extra) == ((), ())


def test_what_else_is_said_of_a_person_is_kept_with_the_name() -> None:
    said = left_over(
        '<podcast:person role="guest" href="https://e.example/a" img="https://e.example/a.jpg">Ada</podcast:person>'
    )
    assert "https://e.example/a.jpg" in said and "Ada" in said


def test_contributors_of_atom_and_of_dublin_core_are_credited() -> None:
    elements = (
        "<atom:contributor><atom:name>Ann</atom:name></atom:contributor><dc:contributor>Bob</dc:contributor>"
    )
    entry = item_entry(elements)
    assert entry.credits == (Credit("Ann", "contributor"), Credit("Bob", "contributor"))
    assert entry.extra == ()


def test_the_mail_and_address_of_a_contributor_are_kept() -> None:
    said = left_over(
        "<atom:contributor><atom:name>Ann</atom:name><atom:email>ann@e.example</atom:email>"
        "<atom:uri>https://e.example/ann</atom:uri></atom:contributor>"
    )
    assert "ann@e.example" in said and "https://e.example/ann" in said and '"Ann"' in said


def test_credits_of_the_entry_or_its_group_are_persons_and_those_of_a_picture_its_own() -> None:
    entry = item_entry(
        '<media:credit role="Producer" scheme="urn:ebu">Cy</media:credit>'
        "<media:group><media:credit>Di</media:credit>"
        '<media:content url="https://e.example/1.jpg" medium="image"><media:credit>Eve</media:credit></media:content>'
        "</media:group>"
        '<media:content url="https://e.example/2.jpg" medium="image">'
        '<media:credit role="photographer">Flo</media:credit>'
        "</media:content>"
    )
    assert entry.credits == (
        Credit("Cy", "producer"),
        Credit("Di", "contributor"),
        Credit("Flo", "photographer"),
    )
    assert [row.credit for row in entry.media] == ["Eve", "Flo"]
