"""testssl.sh, from Debian, looks at the server: nothing it says may be worse than its best grades.

It runs offline against loopback. The ordinary form looks at protocols and forward secrecy, SANDYK_LONG at all that it knows.
What is not a best grade stands in EXPECTED with the reason.
"""

import json
import shutil
import subprocess
import unittest

from faults_world import LONG
from world import World

CHECKS = () if LONG else ("-p", "-f")
PATIENCE = 1800
BEST = ("OK", "INFO")
EXPECTED = {
    # About the machine that the test runs on.
    "engine_problem": "this openssl has no GOST, which this server does not speak",
    # About the certificate, which each operator brings. This one is made for the test and signed by itself.
    "cert_chain_of_trust": "signed by itself",
    "cert_expirationStatus": "made for two days",
    "cert_notAfter": "made for two days",
    "cert_revocation": "no authority behind it",
    # Ours, on purpose: the browser would keep the name of this site, for whoever takes the device away.
    "HSTS": "leaves a trace with the reporter",
}


@unittest.skipUnless(shutil.which("testssl"), "testssl is not there (Debian: testssl.sh)")
class TestSsl(World):
    def test_nothing_is_worse_than_the_best_grades(self):
        server = self.start_with_keyring()
        findings_file = self.folder / "findings.json"
        done = subprocess.run(["testssl", "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "--ip", "127.0.0.1",
                               "--jsonfile", str(findings_file), *CHECKS, server.url], capture_output=True, text=True, timeout=PATIENCE,
                              cwd=self.folder)
        findings = json.loads(findings_file.read_text())
        self.assertNotIn("FATAL", [finding["severity"] for finding in findings], done.stdout[-2000:])
        found = {finding["id"]: finding for finding in findings}
        self.assertEqual("not offered", found["TLS1"]["finding"])
        self.assertEqual("not offered", found["TLS1_1"]["finding"])
        self.assertTrue(found["TLS1_3"]["finding"].startswith("offered"))
        self.assertEqual("OK", found["PFS" if "PFS" in found else "FS"]["severity"])  # the name changes with its version
        worse = [finding for finding in findings if finding["severity"] not in BEST and
                 finding["id"] not in EXPECTED]
        print(f"\ntestssl looked at {len(findings)} things; {sum(f['severity'] == 'OK' for f in findings)} are OK")
        self.assertEqual([], [f"{finding['id']}: {finding['severity']}: {finding['finding']}" for finding in worse])


if __name__ == "__main__":
    unittest.main(verbosity=2)
