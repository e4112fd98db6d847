"""What is opened to everybody: the project's part of the request, and that it is the one that was registered."""

from drawing.verify.certificate import Certificate
from drawing.verify.document import Document, spelled
from drawing.verify.report import CheckFailedError
from vault.suite import commitment


def check_openings(document: Document, certificate: Certificate) -> None:
    """Check that the opened project is the committed one, and names the lot and meeting of the first entry.

    Raises:
        CheckFailedError: where it isn't, or doesn't.
    """
    opened = commitment("project", document.project_nonce, document.project)
    if opened != certificate.commitments["project"]:
        raise CheckFailedError("openings", "the project is not the one that the certificate commits to")
    part = spelled(document.project, "openings")
    project, meeting = part.reader("project"), part.reader("meeting")
    prepared = document.only("draw.prepared").reader()
    for key, here, there in (
        ("lot", project.text("lot"), prepared.text("lot")),
        ("name", project.text("name"), prepared.text("name")),
        ("start", meeting.text("start"), prepared.text("start")),
    ):
        if here != there:
            raise CheckFailedError("openings", "the project's {key} is not the registered one", key=key)
