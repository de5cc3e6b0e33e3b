/** Lines, numbers and words around a chart. */
import { number } from '../format.ts';
import type { Scale } from './scale.ts';

export function ValueAxisX({
  scale,
  top,
  bottom,
  title,
}: {
  scale: Scale;
  top: number;
  bottom: number;
  title: string;
}) {
  const [left, right] = [scale(scale.low), scale(scale.high)];
  return (
    <g class="axis" aria-hidden="true">
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={scale(tick)} x2={scale(tick)} y1={top} y2={bottom} />
          <text x={scale(tick)} y={bottom + 16} text-anchor="middle">
            {number(tick)}
          </text>
        </g>
      ))}
      <text class="title" x={(left + right) / 2} y={bottom + 34} text-anchor="middle">
        {title}
      </text>
    </g>
  );
}

export function ValueAxisY({
  scale,
  left,
  right,
  title,
}: {
  scale: Scale;
  left: number;
  right: number;
  title: string;
}) {
  return (
    <g class="axis" aria-hidden="true">
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={left} x2={right} y1={scale(tick)} y2={scale(tick)} />
          <text x={left - 8} y={scale(tick) + 4} text-anchor="end">
            {number(tick)}
          </text>
        </g>
      ))}
      <text class="title" x={0} y={12}>
        {title}
      </text>
    </g>
  );
}
