"""A real Dovecot of one's own: made in a temporary folder, on a free port, gone at the end. Versions 2.3 and 2.4.

It never runs as root: there it runs as `nobody`.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.servers.mail import PASSWORD, Mailboxes, answers, free_port, wait_until

ROOT = Path(__file__).parent.parent.parent
NOBODY = 65_534
STARTS = 15.0  # seconds

# Nothing is separated from anything else, since all of it belongs to one user.
SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""
OF_2_3 = """
disable_plaintext_auth = no
mail_location = maildir:{folder}/mails
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
"""
OF_2_4 = """
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {folder}/mails
mail_home = {folder}
mail_uid = {uid}
mail_gid = {gid}
passdb static {{
  password = {password}
}}
userdb static {{
}}
"""
FIRST_LINES = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n"


class NotThere(Exception):
    """There is no Dovecot; the message says what installs it."""


@contextmanager
def dovecot() -> Iterator[Mailboxes]:
    """Run one; gives its mailbox when it answers. Raises NotThere."""
    program = _program()
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    try:
        served, user = Mailboxes(free_port()), _user()
        configuration = _configure(program, folder, served, user)
        process = subprocess.Popen([program, "-F", "-c", configuration], stderr=subprocess.DEVNULL, **user)
        try:
            wait_until(lambda: process.poll() is not None or answers(served.imap), STARTS)
            assert process.poll() is None, (folder / "log").read_text()[-2000:]
            yield served
        finally:
            process.terminate()
            process.wait(STARTS)
    finally:
        shutil.rmtree(folder)


def _program() -> str:
    found = subprocess.run([ROOT / "bin/dovecot"], capture_output=True, text=True)
    if found.returncode != 0:
        raise NotThere(found.stderr.strip().splitlines()[-1])
    return found.stdout.strip()


def _user() -> dict[str, Any]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}


def _configure(program: str, folder: Path, served: Mailboxes, user: dict[str, Any]) -> Path:
    uid, gid = user.get("user", os.getuid()), user.get("group", os.getgid())
    is_old = subprocess.run([program, "--version"], check=True, capture_output=True).stdout.startswith(b"2.3")
    text = SETTINGS + OF_2_3 if is_old else FIRST_LINES + SETTINGS + OF_2_4
    names = {"user": pwd.getpwuid(uid).pw_name, "group": grp.getgrgid(gid).gr_name, "uid": uid, "gid": gid}
    found = folder / "dovecot.conf"
    found.write_text(text.format(folder=folder, port=served.imap, password=PASSWORD, **names))
    for each in (folder, *(folder / name for name in ("run", "state", "mails"))):
        each.mkdir(exist_ok=True)
        os.chown(each, uid, gid)
    return found
