// What the drawings use of a canvas's context: SvgContext has the same.
export type Pen = Pick<
  CanvasRenderingContext2D,
  | "save"
  | "restore"
  | "translate"
  | "scale"
  | "rotate"
  | "setLineDash"
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "closePath"
  | "fillRect"
  | "strokeRect"
  | "fillText"
  | "measureText"
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "globalAlpha"
  | "font"
  | "textAlign"
  | "textBaseline"
  | "lineJoin"
  | "lineCap"
  | "imageSmoothingEnabled"
> & {
  rect(x: number, y: number, w: number, h: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  roundRect(x: number, y: number, w: number, h: number, radius: number): void;
  drawImage(image: Bitmap, x: number, y: number, w: number, h: number): void;
  fill(): void;
  stroke(): void;
  clip(): void;
};
export type Bitmap = OffscreenCanvas | HTMLCanvasElement;
