// One window of a pooling for WIDTH channels side by side, and all windows of an image for them. Included once for every width up to LANES. Knows neither the image's
// other channels nor what lies outside the image: windows come cut to it.

#define OF(name) PASTE(name, WIDTH)
#define VECTOR OF(lanes)

INLINE VECTOR OF(choose)(OF(mask) mask, VECTOR a, VECTOR b) { return (VECTOR)((mask & (OF(mask))a) | (~mask & (OF(mask))b)); }

INLINE void OF(poolWindow)(const i32 kind, const i32 rows, const i32 columns, const i32 isApart, const pool *p, float *x, float *y, float *winner, const float *result, float first, float count) {
  const distance row = p->row, column = p->column;
  if (kind == MAX) {
    VECTOR most = OF(load)(x), place = { 0 };
    for (i32 r = 0; r < rows; r++) for (i32 c = 0; c < columns; c++) {
      const VECTOR value = OF(load)(x + r * row + c * column), here = (float)(r * p->width + c) - (VECTOR){0};
      const OF(mask) wins = (value > most) | (value != value);
      most = OF(choose)(wins, value, most);
      place = OF(choose)(wins, here, place);
    }
    OF(store)(y, most);
    OF(store)(winner, place + first);
  } else if (kind == AVERAGE) {
    VECTOR sum = { 0 };
    for (i32 r = 0; r < rows; r++) for (i32 c = 0; c < columns; c++) sum += OF(load)(x + r * row + c * column);
    OF(store)(y, sum / count);
  } else {
    VECTOR slope = OF(load)(y), place = slope;
    if (kind == AVERAGE_BACKWARD) slope /= count;
    else place = OF(load)(winner) - first;
    if (kind == MAX_RELU_BACKWARD) slope = OF(choose)(OF(load)(result) <= 0, (VECTOR){0}, slope);
    // A zero turns −0 into 0, as in a sum that begins with it.
    slope += (VECTOR){0};
    for (i32 r = 0; r < rows; r++) for (i32 c = 0; c < columns; c++) {
      float *at = x + r * row + c * column;
      const VECTOR share = kind != AVERAGE_BACKWARD ? OF(choose)(place == (float)(r * p->width + c), slope, (VECTOR){0}) : slope;
      // Where no windows overlap, a number is written once.
      OF(store)(at, isApart ? share : share + OF(load)(at));
    }
  }
}

// The windows from..to of a row, all of the same size.
INLINE void OF(poolWindows)(const i32 kind, const i32 rows, const i32 columns, const i32 isApart, const pool *p, float *x, float *y, float *winner, const float *result, i32 first, i32 windows) {
  const float count = p->count ? p->count : rows * columns;
  const i32 stride = p->window->strideWidth;
  const distance step = stride * p->column;
  for (i32 o = 0; o < windows; o++, x += step, y += p->column, winner += p->column, result += p->column, first += stride) {
    OF(poolWindow)(kind, rows, columns, isApart, p, x, y, winner, result, (float)first, count);
  }
}

INLINE void OF(poolAll)(const i32 kind, const pool *all) {
  const pool local = *all, *p = &local; // a copy, since y might be anything's memory
  const window *s = p->window;
  const i32 highKernel = s->kernelHeight, wideKernel = s->kernelWidth, outWidth = s->outWidth;
  const distance row = outWidth * p->column;
  float *x = p->x, *y = p->y, *winner = p->winner;
  const float *result = p->result;
  for (i32 oy = 0; oy < s->outHeight; oy++, y += row, winner += row, result += row) {
    const part rows = partAt(oy, s->height, highKernel, s->strideHeight, s->paddingHeight);
    for (i32 ox = 0; ox < outWidth;) {
      const part columns = partAt(ox, s->width, wideKernel, s->strideWidth, s->paddingWidth);
      const i32 high = rows.to - rows.from, wide = columns.to - columns.from, first = rows.from * s->width + columns.from;
      // Behind a whole window come others, up to the last that ends inside the image.
      const i32 windows = wide < wideKernel ? 1 : atMost(outWidth, (s->width + s->paddingWidth - wideKernel) / s->strideWidth + 1) - ox;
      float *at = x + first * p->column, *out = y + ox * p->column, *place = winner + ox * p->column;
      const float *outcome = result + ox * p->column;
      if (high == 2 && wide == 2 && p->isApart) OF(poolWindows)(kind, 2, 2, 1, p, at, out, place, outcome, first, windows);
      else OF(poolWindows)(kind, high, wide, p->isApart, p, at, out, place, outcome, first, windows);
      ox += windows;
    }
  }
}

static __attribute__((noinline)) void OF(poolMax)(const pool *p) { OF(poolAll)(MAX, p); }
static __attribute__((noinline)) void OF(poolMaxBackward)(const pool *p) { OF(poolAll)(MAX_BACKWARD, p); }
static __attribute__((noinline)) void OF(poolMaxReluBackward)(const pool *p) { OF(poolAll)(MAX_RELU_BACKWARD, p); }
static __attribute__((noinline)) void OF(poolAverage)(const pool *p) { OF(poolAll)(AVERAGE, p); }
static __attribute__((noinline)) void OF(poolAverageBackward)(const pool *p) { OF(poolAll)(AVERAGE_BACKWARD, p); }
static void OF(poolPanel)(const pool *p, i32 kind) {
  if (kind == MAX) OF(poolMax)(p);
  else if (kind == MAX_BACKWARD) OF(poolMaxBackward)(p);
  else if (kind == MAX_RELU_BACKWARD) OF(poolMaxReluBackward)(p);
  else if (kind == AVERAGE) OF(poolAverage)(p);
  else OF(poolAverageBackward)(p);
}
#undef VECTOR
#undef OF
#undef WIDTH
