"""Runs the commands of docs/tutorial.md as they stand there, in a clone of the checkout.

    python3 tests/tutorial.py [FOLDER]

FOLDER (a temporary one if it is left out) gets the clone, as FOLDER/tabellion, and the tutorial's files. A clone that is
there already is used as it is. The script needs what the tutorial needs, and free ports. Ids that only a run knows are put in the place of those that the page shows. Exit status: 0 if the outputs
hold what the page says.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/tutorial.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)
SHOWN = {"apr-3f0c7be1a2d4": r"apr-[0-9a-f]{12}", "9c1e4f0a7b6d2233": r"(?<=--digest )[0-9a-f]{16}"}

# What the output of each block holds, by a command of the block.
EXPECTED = {
    "policy test": ["6 tests hold", "6 tests, 0 fail"],
    "serve --config": ["ready", "Jwt is missing"],
    "delete_customer '": ["tools: find_customer refund_order\n", '"email":"[EMAIL]"', "BLOCKED BY POLICY"],
    "approvals show": ["refund_order of server shop", "large-refunds-need-approval"],
    "approvals approve": ["The call may be made once.", "A-1: refunded 500.0"],
    "audit why": ["call.outcome", "Executed: yes.", "Approval: this one call was let on"],
    "kill %1": ["\nVERIFIED"],
    "cp -r ../shop/log": ["this one was changed", "NOT VERIFIED"],
}
END = "--end of block--"


def run(block, shell, seen):
    for shown, form in SHOWN.items():
        found = re.findall(form, seen)
        if found:
            block = block.replace(shown, found[-1])
    shell.stdin.write(f"{block}\necho '{END}'\n")
    shell.stdin.flush()
    output = ""
    for line in shell.stdout:
        if line.rstrip("\n").endswith(END):
            break
        output += line
        print("    " + line, end="", flush=True)
    return output


def main(folder):
    home = Path(folder) / "tabellion"
    if not home.exists():
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(home)], check=True)
    shell = subprocess.Popen(
        ["bash"], cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    shell.stdin.write("set -m\n")  # jobs have numbers, as on a terminal
    seen, wrong, wanted = "", [], dict(EXPECTED)
    try:
        for block in BLOCK.findall(PAGE.read_text()):
            begun = time.monotonic()
            print(block, end="", flush=True)
            output = run(block, shell, seen)
            print(f"--- {time.monotonic() - begun:.0f} s", flush=True)
            seen += output
            for command in [command for command in wanted if command in block]:
                texts = wanted.pop(command)
                wrong += [f"{command!r}: no {text!r}" for text in texts if text not in output]
        wrong += [f"{command!r}: no such command on the page" for command in wanted]
    finally:
        shell.stdin.close()
        shell.wait(60)
    print("\n".join(wrong) or "As the page says.")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(main(sys.argv[1]))
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(main(temporary))
