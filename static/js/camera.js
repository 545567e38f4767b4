// Reads QR codes from the camera at the back, where the browser can.
export async function canScan() {
  if (!("BarcodeDetector" in globalThis) || !navigator.mediaDevices?.getUserMedia) return false;
  return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

const SAME_BADGE = 4000; // for so many milliseconds a badge held before the camera is read once

export class Camera {
  #stream;
  #last = { text: "", at: 0 };
  constructor(video, found) {
    this.video = video;
    this.found = found;
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.stop(); });
  }

  get on() { return !this.video.hidden; }

  async start() {
    this.#stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: "environment" } } });
    this.video.srcObject = this.#stream;
    this.video.hidden = false;
    await this.video.play();
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const look = async () => {
      if (!this.on) return;
      const [code] = await detector.detect(this.video).catch(() => []);
      if (code && !(code.rawValue === this.#last.text && Date.now() - this.#last.at < SAME_BADGE)) {
        this.#last = { text: code.rawValue, at: Date.now() };
        this.found(code.rawValue);
      }
      setTimeout(look, 150);
    };
    look();
  }

  stop() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.video.hidden = true;
    this.stopped?.();
  }
}
