"""testssl.sh, from Debian, looks at the server: nothing it says may be worse than its best grades.

It runs offline against loopback. The ordinary form looks at protocols and forward secrecy, SANDYK_LONG at all that it knows.
What is not a best grade stands in EXPECTED with the reason.
"""

import json
import re
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
    r"engine_problem": "this openssl has no GOST, which this server does not speak",
    # About the certificate, which each operator brings. This one is made for the test and signed by itself.
    r"cert_trust": "a name is in the test's certificate only as an address",
    r"cert_chain_of_trust": "signed by itself",
    r"cert_expirationStatus|cert_notAfter|cert_notBefore|cert_validityPeriod|cert_extlifeSpan": "made for two days",
    r"cert_crlDistributionPoints|cert_ocspURL|cert_revocation|OCSP_stapling|ocsp.*": "no authority behind it",
    r"DNS_CAArecord|cert_caIssuers|certificate_transparency": "no authority behind it, and no name",
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
        self.assertEqual("OK", found["PFS" if "PFS" in found else "FS"]["severity"])
        worse = [finding for finding in findings if finding["severity"] not in BEST and
                 not any(re.fullmatch(name, finding["id"].split()[0]) for name in EXPECTED)]
        print(f"\ntestssl looked at {len(findings)} things; {sum(f['severity'] == 'OK' for f in findings)} are OK")
        self.assertEqual([], [f"{finding['id']}: {finding['severity']}: {finding['finding']}" for finding in worse])


if __name__ == "__main__":
    unittest.main(verbosity=2)
