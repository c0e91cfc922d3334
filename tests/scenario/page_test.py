"""The reporter's page in Chromium against the real server over HTTPS: what was sent, the desk opens byte for byte."""

import base64
import datetime
import gzip
import hashlib
import json
import os
import pathlib
import re
import socket
import types
import unittest

from world import ORGANISATIONS, Server, World, run

BROWSER = pathlib.Path(__file__).resolve().parent.parent / "page" / "browser.mjs"
RUN = BROWSER.with_name("run.mjs")
BUILD = BROWSER.parent.parent.parent / "reporter" / "page" / "build.mjs"
VOCABULARY = BROWSER.parent.parent.parent / "data" / "vocabulary.json"
PHONE = {"width": 360, "height": 740}
LANGUAGES = ("ru", "ky", "en")
IS_LONG = bool(os.environ.get("SANDYK_LONG"))
SOME = LANGUAGES if IS_LONG else ("ky",)  # the longest words
KIB = 1024


class Browsing(World):
    def browse(self, steps, server=None, expect_quiet=True, **given):
        given.setdefault("language", "en")
        if server:
            given["url"] = server.url
        found = json.loads(run("node", BROWSER, steps, stdin=json.dumps(given).encode()).stdout)
        if expect_quiet:
            self.assertEqual([], found["heard"])
        return found

    def opened(self, server):
        """Stops the server, has the desk open everything, and returns documents with their files by kind of file."""
        self.assertEqual(0, server.stop())
        said, out = self.open(self.vault)
        reports = []
        for file in sorted(out.rglob("report.json")):
            reports.append((json.loads(file.read_text()), {f.name: f.read_bytes() for f in (file.parent / "files").glob("*")}))
        return reports

    def narratives(self, server):
        return sorted(document.get("narrative", "") for document, _ in self.opened(server))


class Page(Browsing):
    # --- sending --------------------------------------------------------------------------------

    def test_a_text_is_sent_in_every_language_on_phone_and_desktop(self):
        server = self.start_with_keyring()
        texts = []
        for language in LANGUAGES:
            for size in ("phone", "desktop") if IS_LONG or language == "en" else ("phone",):
                text = f"{language} {size}: Ң ң Ү ү Ө ө ё «—» 😀\nвторая строка"
                found = self.browse("send", server, language=language, size=size, text=text)
                self.assertRegex(found["code"].replace(" ", ""), r"^\d{25}$")
                self.assertEqual(1, len(found["held"]))
                self.assertEqual("", found["left"])
                texts.append(text)
        reports = self.opened(server)
        self.assertEqual(sorted(texts), sorted(document["narrative"] for document, _ in reports))
        self.assertEqual(set(LANGUAGES), {document["lang"] for document, _ in reports})

    def test_answers_of_the_second_screen_arrive_as_codes(self):
        server = self.start_with_keyring()
        self.browse("send", server, language="ru", text="text", answers={
            "ticks": ["what-threat", "what-physical", "consent-count"],
            "choices": {"danger": "soon", "region": "KG-GB"}, "texts": {"when_text": "начало марта"}})
        (document, _), = self.opened(server)
        self.assertEqual({"v": "1.0.0", "lang": "ru", "narrative": "text", "what": ["threat", "physical"], "when_text": "начало марта",
                          "region": "KG-GB", "danger": "soon", "consent": ["count"]}, document)

    def test_three_files_arrive_byte_for_byte_each_in_a_report_of_the_thread(self):
        contents = [os.urandom(10), b"%PDF-" + os.urandom(70_000), os.urandom(300_000)]
        files = []
        for n, content in enumerate(contents):
            files.append(self.folder / f"secret name {n}.bin")
            files[-1].write_bytes(content)
        server = self.start_with_keyring()
        found = self.browse("send", server, text="with files", files=[str(f) for f in files])
        self.assertEqual(4, len(found["held"]))
        reports = self.opened(server)
        self.assertEqual(sorted(contents), sorted(content for _, there in reports for content in there.values()))
        self.assertNotIn("secret", json.dumps([document for document, _ in reports]))

    def test_the_server_holds_what_the_page_says_it_holds(self):
        server = self.start_with_keyring()
        found = self.browse("send", server, text="text")
        self.assertEqual(0, server.stop())
        (identifier,) = self.stored_ids()
        self.assertTrue(found["held"][0].endswith(identifier[:16]), found["held"])

    def test_a_cut_line_is_taken_up_again(self):
        server = self.start_with_keyring()
        found = self.browse("cut", server, expect_quiet=False, text="over a bad line")
        self.assertEqual((3, 1), (found["cuts"], len(found["held"])))
        self.assertEqual(["over a bad line"], self.narratives(server))

    def test_a_lost_file_never_loses_the_words(self):
        photo = self.folder / "photo.bin"
        photo.write_bytes(os.urandom(1000))
        server = self.start_with_keyring()
        found = self.browse("lostFile", server, expect_quiet=False, text="the words", files=[str(photo)])
        self.assertIn("Your text has arrived.", found["why"])
        self.assertEqual((1, 1), (len(found["held"]), found["carried"]))
        self.assertEqual(["the words"], self.narratives(server))

    def test_a_storm_asks_the_page_for_work_and_gets_it_with_webassembly_off(self):
        server = self.start_with_keyring("--puzzle-floor", 64)
        self.browse("send", server, expect_quiet=False, text="through the storm", flags=["--js-flags=--noexpose-wasm"])
        self.assertEqual(["through the storm"], self.narratives(server))

    # --- files ----------------------------------------------------------------------------------

    def photo(self, name, width, height):
        """A JPEG as a phone makes it: with an Exif part that says where and when."""
        plain = self.folder / "plain.ppm"
        plain.write_bytes(b"P6 %d %d 255\n" % (width, height) + os.urandom(3 * width * height))
        jpeg = run("cjpeg", "-quality", "90", plain).stdout
        exif = b"Exif\0\0" + b"MM\0*GPS 42.87 74.59, 24 November, Phone 12"
        file = self.folder / name
        file.write_bytes(jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + jpeg[2:])
        return file

    def photo_that_arrives(self, **given):
        photo = self.photo("IMG_0001.jpg", 320, 200)
        server = self.start_with_keyring()
        found = self.browse("send", server, text="a photo", files=[str(photo)], **given)
        self.assertEqual("", found["notCleaned"])
        (content,) = [c for _, files in self.opened(server) for c in files.values()]
        return photo.read_bytes(), content

    def test_a_photo_arrives_without_its_hidden_data(self):
        original, content = self.photo_that_arrives()
        self.assertIn(b"GPS", original)
        self.assertNotIn(b"GPS", content)
        self.assertTrue(content.startswith(b"\xff\xd8\xff"))

    def test_a_photo_arrives_as_it_was_by_choice(self):
        original, content = self.photo_that_arrives(originals=True)
        self.assertEqual(original, content)

    def test_a_photo_that_cannot_be_cleaned_is_said_to_be_as_it_was(self):
        broken = self.folder / "broken.jpg"
        broken.write_bytes(b"\xff\xd8\xff\xe0 not a picture")
        server = self.start_with_keyring()
        found = self.browse("send", server, text="text", files=[str(broken)])
        self.assertIn("1 file(s) could not be cleaned", found["notCleaned"])

    def test_a_large_file_arrives_and_it_is_said_how_fast(self):
        photo = self.photo("large.jpg", 2700, 2100)
        self.assertGreater(photo.stat().st_size, 4_000_000)
        server = self.start_with_keyring("--upload-spool", "32M")
        found = self.browse("large", server, text="large", files=[str(photo)], originals=True)
        print(f"\ntext after {found['textAfter']} ms, a file of {photo.stat().st_size >> 10} KiB after {found['allAfter']} ms, "
              f"longest stand of the page {found['longest']} ms")
        self.assertIn(photo.read_bytes(), [c for _, files in self.opened(server) for c in files.values()])

    def test_a_large_file_goes_on_where_the_line_was_cut(self):
        file = self.folder / "large.bin"
        file.write_bytes(os.urandom(3_000_000))
        server = self.start_with_keyring()
        found = self.browse("cutParts", server, text="large", files=[str(file)])
        self.assertEqual(4, found["cuts"])
        self.assertEqual(1, found["begun"])
        self.assertLess(found["sent"], 1.5 * found["length"])
        self.assertIn(file.read_bytes(), [c for _, files in self.opened(server) for c in files.values()])

    def test_a_large_file_goes_whole_where_there_is_no_room_for_its_parts(self):
        file = self.folder / "large.bin"
        file.write_bytes(os.urandom(3_000_000))
        server = self.start_with_keyring("--upload-spool", "1M")
        self.browse("large", server, text="large", files=[str(file)])
        self.assertIn(file.read_bytes(), [c for _, files in self.opened(server) for c in files.values()])

    # --- what it looks like ---------------------------------------------------------------------

    def test_axe_finds_nothing_on_any_screen(self):
        server = self.start_with_keyring()
        for language in SOME:
            with self.subTest(language=language):
                self.assertEqual([], self.browse("axe", server, expect_quiet=False, language=language)["faults"])

    def test_the_keyboard_is_enough_and_leaving_comes_first(self):
        found = self.browse("keyboard", self.start_with_keyring())
        self.assertEqual("leave", found["order"][0])
        self.assertEqual((1, ""), (len(found["held"]), found["left"]))

    def test_nothing_is_wider_than_a_small_phone_nor_at_twice_the_size(self):
        server = self.start_with_keyring()
        for language in SOME:
            for zoom in (1, 2):
                found = self.browse("view", server, language=language, name=f"{language}-small-zoom{zoom}", size={"width": 320, "height": 568}, zoom=zoom)
                self.assertFalse(found["wide"], (language, zoom))
                self.assertEqual((False, True, False, False), (found["plain"], found["form"], found["inApp"], found["fault"]))

    def test_without_script_it_explains_and_has_no_field_for_text(self):
        server = self.start_with_keyring()
        for language in SOME:
            found = self.browse("view", server, language=language, name=f"{language}-phone-noscript", size=PHONE, javaScript=False)
            self.assertEqual((True, False, 0), (found["plain"], found["form"], found["fields"]))

    def test_written_from_right_to_left_nothing_sticks_out(self):
        run("node", BUILD, "--npm", os.environ["SANDYK_PAGE_NPM"], "--vocabulary", VOCABULARY, "--out", self.folder, "--pseudo")
        for width in (320, 1280):
            found = self.browse("view", url=f"file://{self.folder}/x-rtl.html", name=f"rtl-{width}", size={"width": width, "height": 740})
            self.assertEqual((False, True), (found["wide"], found["form"]))

    def test_inside_another_app_it_warns(self):
        found = self.browse("view", self.start_with_keyring(), name="en-phone-in-app", size=PHONE,
                            userAgent="Mozilla/5.0 (Linux; Android 12; wv) Instagram 300.0")
        self.assertTrue(found["inApp"])

    # --- the form without script ----------------------------------------------------------------

    def sealed_file(self, text):
        document = self.folder / "document.json"
        document.write_text(json.dumps({"v": "1.0.0", "narrative": text}))
        file = self.folder / f"report-{self.week}-00000000.age"
        file.write_bytes(self.seal(document))
        return file

    def test_without_script_a_sealed_file_is_handed_in(self):
        server = self.start_with_keyring()
        file = self.sealed_file("sealed elsewhere")
        for language in SOME:
            found = self.browse("handIn", server, language=language, file=str(file), week=self.week)
            self.assertEqual((201, [hashlib.sha256(file.read_bytes()).hexdigest()[:16]]), (found["status"], found["hash"]))
        self.assertEqual(["sealed elsewhere"], self.narratives(server))

    def test_the_form_says_what_is_wrong_and_keeps_nothing(self):
        server = self.start_with_keyring()
        plain = self.folder / "plain.txt"
        plain.write_bytes(b"not sealed at all" * 1000)
        self.assertEqual(400, self.browse("handIn", server, file=str(plain), week=self.week, name="not-sealed")["status"])
        file = self.sealed_file("text")
        found = self.browse("handIn", server, file=str(file), week="2027-W01", name="wrong-week")
        self.assertEqual((400, "The server has no keys for that week. Look at the week in the file's name."), (found["status"], found["said"]))
        self.assertEqual(403, self.browse("crossSite", server, expect_quiet=False)["status"])
        self.assertEqual(0, server.stop())
        self.assertEqual([], self.stored_ids())

    def test_the_form_takes_a_pasted_solution_when_work_is_asked_for(self):
        server = self.start_with_keyring("--puzzle-floor", 64)
        file = self.sealed_file("text")
        puzzle = self.folder / "puzzle"
        puzzle.write_bytes(server.ask("GET", "/puzzle")[2])
        solution = run("node", RUN, "tool", "solve", puzzle, hashlib.sha256(file.read_bytes()).hexdigest()).stdout.decode().strip()
        wrong = self.browse("handIn", server, file=str(file), week=self.week, puzzle=solution[:-1] + ("0" if solution[-1] != "0" else "1"))
        self.assertEqual(503, wrong["status"])
        self.assertEqual(201, self.browse("handIn", server, file=str(file), week=self.week, puzzle=solution)["status"])
        self.assertEqual(["text"], self.narratives(server))

    def test_a_stock_client_sends_the_form_too(self):
        server = self.start_with_keyring()
        file = self.sealed_file("by curl")
        done = run("curl", "-sS", "--cacert", self.certificate, "-F", f"week={self.week}", "-F", f"file=@{file}", f"{server.url}/reports")
        self.assertIn(hashlib.sha256(file.read_bytes()).hexdigest()[:16].encode(), done.stdout)
        self.assertEqual(["by curl"], self.narratives(server))

    # --- what it leaves behind ------------------------------------------------------------------

    def test_nothing_is_left_behind(self):
        found = self.browse("traces", self.start_with_keyring(), text="not to be found again")
        self.assertEqual((0, "", None, 0, 0, False, "", ""),
                         (found["storage"], found["cookies"], found["state"], found["databases"], found["caches"], found["body"],
                          found["values"], found["code"]))
        self.assertEqual(found["atReceipt"], found["now"])

    def test_leaving_takes_the_page_out_of_the_history_and_says_not_where_from(self):
        found = self.browse("leave", self.start_with_keyring(), expect_quiet=False)
        self.assertEqual("", found["referrer"])

    def test_every_page_is_the_same_for_everybody_and_small(self):
        server = self.start_with_keyring()
        for path in ("/", "/ky/", "/en/"):
            status, headers, body = server.ask("GET", path)
            again = server.ask("GET", path, headers={"User-Agent": "other", "Accept-Language": "de"})[2]
            self.assertEqual((200, body), (status, again))
            self.assertNotIn("Set-Cookie", headers)
            policy = headers["Content-Security-Policy"]
            self.assertTrue(policy.startswith("default-src 'none'; script-src 'sha256-"), policy)
            self.assertNotIn("unsafe", policy)
            text = body.decode()
            self.assertLessEqual(len(gzip.compress(body)), 60 * KIB)
            shown = re.sub(r"<script\b.*?</script>", "", text, flags=re.DOTALL)
            self.assertLessEqual(len(gzip.compress(shown.encode())), 15 * KIB)
            self.assertEqual([], re.findall(r"""(?:src|href)=["'](?!data:,|/|https://www\.wikipedia\.org/)[^"']*""", shown))

    def test_the_desk_makes_the_same_bytes_without_a_server(self):
        server = self.start_with_keyring()
        run(os.environ["SANDYK_DESK"], "page", "--root-key", self.root_key, "--out", self.folder / "pages")
        for language, path in (("ru", "/"), ("ky", "/ky/"), ("en", "/en/")):
            self.assertEqual(server.ask("GET", path)[2], (self.folder / "pages" / f"sandyk-{language}.html").read_bytes())

    def test_emergency_contacts_stand_above_the_form_when_the_root_signed_them(self):
        line = {"ru": "112 & <круглосуточно>", "ky": "112", "en": "112 & <at any hour>"}
        contacts = {"format": "sandyk-contacts/1", "site": json.loads(self.keyring.read_text())["site"], "date": "2026-11-24",
                    "countries": [{"country": {"ru": "Кыргызстан", "ky": "Кыргызстан", "en": "Kyrgyzstan"}, "lines": [line]}]}
        file = self.folder / "contacts.json"
        file.write_text(json.dumps(contacts, ensure_ascii=False))
        self.desk("contacts", file, "--home", self.root)
        server = self.start_with_keyring("--contacts", file)
        for script in (True, False):
            found = self.browse("contacts", server, javaScript=script, name=f"en-phone-contacts{'' if script else '-noscript'}")
            self.assertEqual((["112 & <at any hour>"], True), (found["lines"], found["isAbove"]))
        run(os.environ["SANDYK_DESK"], "page", "--root-key", self.root_key, "--contacts", file, "--out", self.folder / "pages")
        self.assertEqual(server.ask("GET", "/ky/")[2], (self.folder / "pages" / "sandyk-ky.html").read_bytes())
        file.write_text(file.read_text().replace("112", "113"))
        said = run(os.environ["SANDYK_INTAKE"], "check", "--config", self.config, "--contacts", file, expect=2)
        self.assertIn(b"The contacts are not signed by the root key", said.stdout + said.stderr)

    # --- without network, and answers -----------------------------------------------------------

    def saved_page(self):
        run(os.environ["SANDYK_DESK"], "page", "--root-key", self.root_key, "--out", self.folder / "pages")
        return f"file://{self.folder}/pages/sandyk-en.html"

    def test_a_saved_page_seals_without_network_and_anybody_hands_it_in(self):
        found = self.browse("offline", url=self.saved_page(), text="carried", keyring=[str(self.keyring), f"{self.keyring}.minisig"])
        (saved,) = found["saved"]
        self.assertRegex(saved["name"], rf"^report-{self.week}-[0-9a-f]{{8}}\.age$")
        server = self.start_with_keyring()
        self.assertEqual(201, server.put(base64.b64decode(saved["base64"]), self.week)[0])
        self.assertEqual(["carried"], self.narratives(server))

    def test_a_saved_page_refuses_a_keyring_that_the_root_did_not_sign(self):
        forged = self.folder / "keyring.json"
        forged.write_text(self.keyring.read_text().replace("Aikyn", "Other"))
        found = self.browse("offline", url=self.saved_page(), text="text", keyring=[str(forged), f"{self.keyring}.minisig"])
        self.assertIn("not signed by its root key", found["fault"])

    def test_a_wrong_code_and_one_without_answer_each_get_a_sentence(self):
        server = self.start_with_keyring()
        code = "3600306292500874096600282"
        wrong = self.browse("readAnswer", server, expect_quiet=False, code=code[:-1] + "3", name="wrong-code")
        self.assertIn("not the 25 digits", wrong["fault"])
        none = self.browse("readAnswer", server, expect_quiet=False, code=code, name="no-answer")
        self.assertEqual({f"/board/{o}/current{s}" for o in ORGANISATIONS for s in ("", ".minisig")}, set(none["before"]))
        self.assertEqual(none["before"], none["after"])

    def test_a_follow_up_is_signed_and_of_the_same_thread(self):
        server = self.start_with_keyring()
        sent = self.browse("send", server, text="first")
        found = self.browse("readAnswer", server, expect_quiet=False, code=sent["code"], follow="second", name="follow")
        self.assertEqual(1, len(found["held"]))
        self.assertEqual(["first", "second"], self.narratives(server))


class PageAnswers(Browsing):
    """With answer keys that the test holds, so that it can make boards."""

    @classmethod
    def sign_keyrings(cls, *more):
        for file in cls.public_files():
            seed = cls.shared / f"{file.parent.name}.seed"
            seed.write_bytes(os.urandom(32))
            public = json.loads(file.read_text())
            public["organisation"]["answer_key"] = run("node", RUN, "tool", "answer-key", seed).stdout.decode().strip()
            file.write_text(json.dumps(public))
        super().sign_keyrings(*more)

    def boards(self, code, organisation, *texts):
        out = self.folder / organisation
        run("node", RUN, "tool", "board", self.shared / f"{organisation}.seed", organisation, self.root_key,
            datetime.date.today().isoformat(), code, out, *texts)
        return {f"/board/{organisation}/current{suffix}": base64.b64encode(pathlib.Path(f"{out}{suffix}").read_bytes()).decode()
                for suffix in ("", ".minisig")}

    def test_the_answer_is_read_with_the_code_from_boards_that_everybody_fetches(self):
        server = self.start_with_keyring()
        code = self.browse("send", server, language="ky", text="text")["code"]
        digits = code.replace(" ", "")
        boards = {**self.boards(digits, "bermet", "Биз окудук. ", "Кантип жардам берели? <b>"), **self.boards("3600306292500874096600282", "aikyn", "no")}
        found = self.browse("readAnswer", server, language="ky", code=code, boards=boards)
        self.assertIn("Биз окудук. Кантип жардам берели? <b>", found["said"])
        self.assertNotIn("no", found["said"])
        self.assertEqual(4, len(found["before"]))
        self.assertEqual(found["before"], found["after"])
        forged = {path: (boards["/board/aikyn/current.minisig"] if path.endswith("bermet/current.minisig") else body) for path, body in boards.items()}
        self.assertNotIn("Биз окудук", self.browse("readAnswer", server, language="ky", code=code, boards=forged, name="no-answer")["said"])


class PageNodes(Browsing):
    """A site of two servers, both named in the keyring."""

    @classmethod
    def sign_keyrings(cls, *more):
        sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        cls.ports = [each.getsockname()[1] for each in sockets]
        for each in sockets:
            each.close()
        super().sign_keyrings(*[word for port in cls.ports for word in ("--https", f"https://127.0.0.1:{port}")], *more)

    def second_server(self):
        folder = self.folder / "second"
        folder.mkdir()
        config = folder / "intake.conf"
        config.write_text(self.config.read_text().replace(str(self.vault), str(folder / "vault")))
        run(os.environ["SANDYK_INTAKE"], "install", "--vault", folder / "vault", "--root-key", self.root_key, self.keyring)
        server = Server(types.SimpleNamespace(folder=folder, config=config, certificate=self.certificate), "--listen", f"127.0.0.1:{self.ports[1]}")
        self.servers.append(server)
        return server, folder / "vault"

    def test_another_node_takes_what_the_first_no_longer_answers(self):
        first = self.start_with_keyring("--listen", f"127.0.0.1:{self.ports[0]}")
        second, vault = self.second_server()
        file = self.folder / "large.bin"
        file.write_bytes(os.urandom(500_000))
        found = self.browse("deadNode", first, text="to the other", files=[str(file)], pid=first.process.pid)
        self.assertEqual(2, len(found["held"]))
        self.assertEqual(0, second.stop())
        _, out = self.open(vault)
        self.assertEqual(["", "to the other"], sorted(json.loads(f.read_text()).get("narrative", "") for f in out.rglob("report.json")))
        self.assertIn(file.read_bytes(), [f.read_bytes() for f in out.rglob("files/*")])

    def test_only_pages_of_the_site_may_send_here(self):
        server = self.start_with_keyring("--listen", f"127.0.0.1:{self.ports[0]}")
        other, path = f"https://127.0.0.1:{self.ports[1]}", "/reports/" + 64 * "0"
        for method, where in (("OPTIONS", path), ("OPTIONS", "/uploads"), ("GET", "/puzzle"), ("PUT", path)):
            headers = server.ask(method, where, headers={"Origin": other})[1]
            self.assertEqual(other, headers["Access-Control-Allow-Origin"], (method, where))
            for origin in ("https://elsewhere.example", "null", f"{other}0"):
                self.assertIsNone(server.ask(method, where, headers={"Origin": origin})[1]["Access-Control-Allow-Origin"])
        self.assertEqual(405, server.ask("OPTIONS", path, headers={"Origin": "https://elsewhere.example"})[0])
        policy = server.ask("GET", "/")[1]["Content-Security-Policy"]
        self.assertIn(f"connect-src 'self' https://127.0.0.1:{self.ports[0]} {other};", policy)


if __name__ == "__main__":
    unittest.main()
