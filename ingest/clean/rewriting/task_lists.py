"""The boxes of tasks in a list, as text. Pure."""

from selectolax.lexbor import LexborNode


def task_box(node: LexborNode) -> str:
    """The box of a task in a list; nothing of any other field of a form."""
    if (node.attributes.get("type") or "").strip().lower() != "checkbox" or not _in_an_item(node):
        return ""
    box = "☑" if "checked" in node.attributes else "☐"
    following = node.next
    spaced = following is not None and following.is_text_node and (following.text_content or "")[:1].isspace()
    return box if spaced else f"{box} "


def _in_an_item(node: LexborNode) -> bool:
    parent = node.parent
    for _ in range(4):
        if parent is None or parent.tag == "li":
            return parent is not None
        parent = parent.parent
    return False
