// The reporter's page: write, skip or answer the questions, send, write the code down. Nothing is ever stored.
import { work, startWorker } from "./worker";
import { startPage } from "./page";

if (typeof document === "undefined") {
  work();
} else {
  startWorker(document.currentScript?.textContent ?? "");
  startPage();
}
