// Runs a flat program over one arena: the words that kernels/recorder.ts writes. Compiled once for each width of vectors and each mode; RUN is the name under which it is exported.
#include "lanes.h"
#include "elementary.h"
#include "elements.h"
#include "rows.h"
#include "losses.h"
#include "chance.h"
#include "dense.h"
#include "images.h"
#include "penalties.h"
#include "updates.h"
#include "ops.h"

// What kernels/recorder.ts fills in before a call, as words. Addresses count bytes from the beginning of the memory.
typedef struct {
  u32 program, bytes; // the operations of one step
  i32 steps;          // how often they run
  u32 cells;          // doubles: numbers that stay and numbers that operations leave for each other
  u32 row;            // doubles that change from step to step, `stride` for each
  i32 stride;
  u32 out;            // doubles that the operation `report` writes, four for each step
  u32 room;
  i32 cursor;         // position in the order of rows; moves on with every gather
  i32 done;           // steps that were completed
  i32 version;        // of the table of operations, OPS_VERSION
} call;

// Copies the rows order[from …] (or from … where there is no order) of so many numbers each.
INLINE void rowsOf(float *to, const float *all, const i32 *order, i32 from, i32 m, i32 width) {
  for (i32 i = 0; i < m; i++, to += width) {
    const float *row = all + (i64)(order == 0 ? from + i : order[from + i]) * width;
    i32 j = 0;
    for (; j + LANES <= width; j += LANES) store(to + j, load(row + j));
    for (; j < width; j++) to[j] = row[j];
  }
}
static __attribute__((noinline)) void gatherRows(float *to, const float *all, const i32 *order, i32 from, i32 m, i32 width) {
  // A row of a few numbers is one move, not a loop.
  switch (width) {
  case 1: rowsOf(to, all, order, from, m, 1); break;
  case 2: rowsOf(to, all, order, from, m, 2); break;
  case 3: rowsOf(to, all, order, from, m, 3); break;
  case 4: rowsOf(to, all, order, from, m, 4); break;
  default: rowsOf(to, all, order, from, m, width);
  }
}

// Two kernels in one pass over their result, with the bits of one after the other.
static void k_denseRelu(const float *x, const float *w, const float *b, float *y, i32 m, i32 n, i32 c, float *room) { gemmForward(x, w, b, y, m, n, c, room, FLOORED); }
static void k_denseInputRelu(const float *dy, const float *w, const float *y, float *dx, i32 m, i32 n, i32 c, float *room) { gemmInput(dy, w, dx, m, n, c, room, GATED, y); }
static void k_conv2dRelu(const float *x, const float *w, const float *b, float *y, i32 m, const window *s, i32 filters, i32 groups, float *room) { conv2dForward(x, w, b, y, m, s, filters, groups, room, 1); }
static void k_maxPoolReluBackward(const float *dy, const float *winner, const float *y, float *dx, i32 m, const window *s) { maxPoolReluBackward(dy, winner, y, dx, m, s); }

static void k_normalizeRelu(const float *x, const float *mean, const float *variance, const float *scale, const float *shift, float *normalized, float *y, i32 r, i32 c, double epsilon) {
  normalizeDown(RELU, x, mean, variance, scale, shift, normalized, y, y, y, r, c, epsilon, 1);
}
static void k_normalizeReluDropout(const float *x, const float *mean, const float *variance, const float *scale, const float *shift, float *normalized, float *y, const float *mask, float *kept, i32 r, i32 c, double epsilon, double keep) {
  normalizeDown(RELU_DROPOUT, x, mean, variance, scale, shift, normalized, y, mask, kept, r, c, epsilon, keep);
}
static void k_dropoutReluBackward(const float *y, const float *mask, const float *dy, float *dx, i32 n, double keep) {
  vf share = all((float)keep), perShare = all((float)(1 / keep));
  for (i32 i = 0; i < n; i += LANES) putAlong(dx + i, reluSlope(along(y + i, n - i), dropped(along(dy + i, n - i), along(mask + i, n - i), share, perShare), share, share), n - i);
}

// Multiplications and additions on registers alone, 2 · 12 · LANES a round: as fast as this program could be if memory cost nothing.
static double peak(i32 rounds, double start) {
  vf a = all((float)start), b = all(0.5f), sum[12];
  for (i32 i = 0; i < 12; i++) sum[i] = all((float)i);
  for (i32 k = 0; k < rounds; k++) UNROLL for (i32 i = 0; i < 12; i++) sum[i] = madd(sum[i], b, a);
  for (i32 i = 1; i < 12; i++) sum[0] += sum[i];
  return sum[0][0];
}

INLINE i32 isFiniteNumber(double x) { return x - x == 0; }

#define FLOATS(i) ((float *)(base + (u32)w[i]))
#define FLOATS_OR_NULL(i) (w[i] == -1 ? 0 : FLOATS(i))
#define WHOLE(i) (w[i])
#define REAL(i) (w[i] >= 0 ? cells[w[i]] : row[~w[i]])
#define WINDOW(i) ((const window *)(w + i))
#define STREAM(i) ((stream *)(base + (u32)w[i]))
// A kernel's number goes into a cell, or is added to it, rounded to single.
#define KEEP(i, number) { double kept = (number); if (w[i] >= 0) cells[w[i]] = kept; else cells[~w[i]] = (float)(cells[~w[i]] + kept); }

// 0: all steps were run. 1: the loss or the gradient's norm of step `done` is not finite; nothing was updated in it. 2: the program is of another table of operations.
i32 RUN(char *base, u32 at) {
  call *c = (call *)(base + at);
  const i32 *program = (const i32 *)(base + c->program), *end = (const i32 *)(base + c->program + c->bytes);
  double *cells = (double *)(base + c->cells);
  float *room = (float *)(base + c->room);
  if (c->steps > 0 && c->version != OPS_VERSION) return 2;
  for (i32 step = 0; step < c->steps; step++) {
    const double *row = (const double *)(base + c->row) + (i64)step * c->stride;
    const i32 *w = program;
    while (w < end) {
      switch (w[0]) {
#define KERNELS
#include "ops.h"
#undef KERNELS
      case OP_GATHER: // x, y, part's x, part's y, order or -1, rows, features, targets
        for (i32 of = 0; of < 2; of++) gatherRows(FLOATS(1 + of), FLOATS(3 + of), w[5] == -1 ? 0 : (const i32 *)(base + (u32)w[5]), c->cursor, w[6], w[7 + of]);
        c->cursor += w[6];
        w += 9;
        break;
      case OP_APPEND: // numbers, where rows of them are collected, rows, numbers in a row: behind what earlier steps left
        __builtin_memcpy(FLOATS(2) + (i64)(c->cursor - w[3]) * w[4], FLOATS(1), (u64)w[3] * w[4] * sizeof(float));
        w += 5;
        break;
      case OP_SET: // cell, number
        cells[w[1]] = REAL(2);
        w += 3;
        break;
      case OP_TOTAL: // cell ← a + b, rounded to single
        cells[w[1]] = (float)(cells[w[2]] + cells[w[3]]);
        w += 4;
        break;
      case OP_ROOT: // cell ← √cell
        cells[w[1]] = __builtin_sqrt(cells[w[2]]);
        w += 3;
        break;
      case OP_CHECK: // stops where one of two cells is not finite
        if (!(isFiniteNumber(cells[w[1]]) && isFiniteNumber(cells[w[2]]))) {
          c->done = step;
          return 1;
        }
        w += 3;
        break;
      case OP_REPORT: { // four cells
        double *out = (double *)(base + c->out) + 4 * (i64)step;
        for (i32 i = 0; i < 4; i++) out[i] = cells[w[1 + i]];
        w += 5;
        break;
      }
      case OP_SHUFFLE: // order, rows, stream: from 0 … rows − 1, so that it depends on nothing but where the stream stands
        for (i32 i = 0, *order = (i32 *)(base + (u32)w[1]); i < w[2]; i++) order[i] = i;
        k_shuffle((i32 *)(base + (u32)w[1]), w[2], STREAM(3));
        w += 4;
        break;
      case OP_PEAK: // rounds, cell for what comes out
        cells[w[2]] = peak(w[1], cells[w[2]]);
        w += 3;
        break;
      default: // an operation that this build does not know: the two sides were not built together
        c->done = step;
        return 2;
      }
    }
  }
  c->done = c->steps;
  return 0;
}
