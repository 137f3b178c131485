"""Mail by SMTP. The Message-ID is made of the notice's id, so a mail sent twice is recognised as one."""

import smtplib
from email.message import EmailMessage

from channels import Message
from models.settings import settings

TIMEOUT = 10  # seconds


def send(message: Message) -> None:
    """Send one mail.

    Raises:
        OSError, smtplib.SMTPException: not accepted by the server; to be tried again.
    """
    here = settings()
    mail = EmailMessage()
    mail["Message-ID"] = f"<{message.id}@{here.mail_from.rpartition('@')[2]}>"
    mail["From"], mail["To"] = here.mail_from, message.to_address
    mail["Subject"] = f"【DING 强提醒】{message.title}" if message.ding else message.title
    mail.set_content(f"{message.to_name}:\n\n{message.title}\n\n请登录办公审批平台处理：{message.link}\n")
    _hand_over(mail)


def send_file(to: str, subject: str, text: str, name: str, content: bytes) -> None:
    """Send a text file to a mailbox. The Message-ID is made of the file's name. Raises as `send`."""
    here, mail = settings(), EmailMessage()
    mail["Message-ID"] = f"<{name}@{here.mail_from.rpartition('@')[2]}>"
    mail["From"], mail["To"], mail["Subject"] = here.mail_from, to, subject
    mail.set_content(text)
    mail.add_attachment(content, maintype="text", subtype="csv", filename=name)
    _hand_over(mail)


def _hand_over(mail: EmailMessage) -> None:
    here = settings()
    with smtplib.SMTP(here.smtp_host or "", here.smtp_port, timeout=TIMEOUT) as server:
        server.send_message(mail)
