// Written by scripts/ops-header.ts from src-engine/kernels/ops.ts; not to be edited.
// Without KERNELS the numbers, with KERNELS the cases of the switch.
#ifndef KERNELS
#define OPS_VERSION 625397760
#define OP_DENSE 0
#define OP_DENSE_INPUT 1
#define OP_DENSE_KERNEL 2
#define OP_COLUMN_SUMS 3
#define OP_RELU 4
#define OP_RELU_BACKWARD 5
#define OP_LEAKY_RELU 6
#define OP_LEAKY_RELU_BACKWARD 7
#define OP_ELU 8
#define OP_ELU_BACKWARD 9
#define OP_SELU 10
#define OP_SELU_BACKWARD 11
#define OP_GELU_EXACT 12
#define OP_GELU_EXACT_BACKWARD 13
#define OP_GELU_TANH 14
#define OP_GELU_TANH_BACKWARD 15
#define OP_SWISH 16
#define OP_SWISH_BACKWARD 17
#define OP_MISH 18
#define OP_MISH_BACKWARD 19
#define OP_SIGMOID 20
#define OP_SIGMOID_BACKWARD 21
#define OP_TANH 22
#define OP_TANH_BACKWARD 23
#define OP_SOFTPLUS 24
#define OP_SOFTPLUS_BACKWARD 25
#define OP_HARD_TANH 26
#define OP_HARD_TANH_BACKWARD 27
#define OP_SOFTMAX 28
#define OP_SOFTMAX_BACKWARD 29
#define OP_LOG_SOFTMAX 30
#define OP_LOG_SOFTMAX_BACKWARD 31
#define OP_COPY 32
#define OP_ADD 33
#define OP_DRAW_NOISE 34
#define OP_DRAW_MASK 35
#define OP_DROPOUT 36
#define OP_MOMENTS 37
#define OP_NORMALIZE 38
#define OP_NORMALIZE_BACKWARD 39
#define OP_NORMALIZE_ROWS 40
#define OP_NORMALIZE_ROWS_BACKWARD 41
#define OP_AVERAGE 42
#define OP_CONV2D 43
#define OP_CONV2D_INPUT 44
#define OP_CONV2D_KERNEL 45
#define OP_MAX_POOL 46
#define OP_MAX_POOL_BACKWARD 47
#define OP_AVERAGE_POOL 48
#define OP_AVERAGE_POOL_BACKWARD 49
#define OP_SOFTMAX_CROSS_ENTROPY 50
#define OP_WEIGHTED_CROSS_ENTROPY 51
#define OP_BINARY_CROSS_ENTROPY 52
#define OP_MEAN_SQUARED_ERROR 53
#define OP_MEAN_ABSOLUTE_ERROR 54
#define OP_HUBER 55
#define OP_HINGE 56
#define OP_MULTI_MARGIN 57
#define OP_L2 58
#define OP_L1 59
#define OP_CAP_COLUMNS 60
#define OP_ACCUMULATE 61
#define OP_DIVIDE 62
#define OP_SUM_OF_SQUARES 63
#define OP_ALL_FINITE 64
#define OP_SWAP 65
#define OP_SCALE 66
#define OP_COMBINE 67
#define OP_SHORTEN 68
#define OP_CLIP_VALUE 69
#define OP_CLIP_NORM 70
#define OP_SGD_UPDATE 71
#define OP_MOMENTUM_UPDATE 72
#define OP_NESTEROV_UPDATE 73
#define OP_ADAGRAD_UPDATE 74
#define OP_ADADELTA_UPDATE 75
#define OP_RMSPROP_UPDATE 76
#define OP_ADAM_UPDATE 77
#define OP_AMSGRAD_UPDATE 78
#define OP_NADAM_UPDATE 79
#define OP_ADAMAX_UPDATE 80
#define OP_LAMB_UPDATE 81
#define OP_LION_UPDATE 82
#define OP_MUON_DIRECTION 83
#define OP_SCHEDULE_FREE_UPDATE 84
#define OP_DENSE_RELU 85
#define OP_DENSE_INPUT_RELU 86
#define OP_CONV2D_RELU 87
#define OP_MAX_POOL_RELU_BACKWARD 88
#define OP_CONV2D_RELU_MAX_POOL 89
#define OP_MAX_POOL_CONV2D_KERNEL 90
#define OP_NORMALIZE_RELU 91
#define OP_NORMALIZE_RELU_DROPOUT 92
#define OP_DROPOUT_RELU_BACKWARD 93
#define OP_GATHER 94
#define OP_APPEND 95
#define OP_SET 96
#define OP_TOTAL 97
#define OP_ROOT 98
#define OP_CHECK 99
#define OP_REPORT 100
#define OP_SHUFFLE 101
#define OP_PEAK 102
#else
case 0: k_dense(FLOATS(1), FLOATS(2), FLOATS_OR_NULL(3), FLOATS(4), WHOLE(5), WHOLE(6), WHOLE(7), room); w += 8; break;
case 1: k_denseInput(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WHOLE(5), WHOLE(6), room); w += 7; break;
case 2: k_denseKernel(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WHOLE(5), WHOLE(6), room); w += 7; break;
case 3: k_columnSums(FLOATS(1), FLOATS(2), WHOLE(3), WHOLE(4)); w += 5; break;
case 4: k_relu(FLOATS(1), FLOATS(2), WHOLE(3)); w += 4; break;
case 5: k_reluBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4)); w += 5; break;
case 6: k_leakyRelu(FLOATS(1), FLOATS(2), WHOLE(3), REAL(4)); w += 5; break;
case 7: k_leakyReluBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), REAL(5)); w += 6; break;
case 8: k_elu(FLOATS(1), FLOATS(2), WHOLE(3), REAL(4)); w += 5; break;
case 9: k_eluBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), REAL(5)); w += 6; break;
case 10: k_selu(FLOATS(1), FLOATS(2), WHOLE(3)); w += 4; break;
case 11: k_seluBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4)); w += 5; break;
case 12: k_geluExact(FLOATS(1), FLOATS(2), WHOLE(3)); w += 4; break;
case 13: k_geluExactBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4)); w += 5; break;
case 14: k_geluTanh(FLOATS(1), FLOATS(2), WHOLE(3)); w += 4; break;
case 15: k_geluTanhBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4)); w += 5; break;
case 16: k_swish(FLOATS(1), FLOATS(2), WHOLE(3), REAL(4)); w += 5; break;
case 17: k_swishBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), REAL(5)); w += 6; break;
case 18: k_mish(FLOATS(1), FLOATS(2), WHOLE(3)); w += 4; break;
case 19: k_mishBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4)); w += 5; break;
case 20: k_sigmoid(FLOATS(1), FLOATS(2), WHOLE(3)); w += 4; break;
case 21: k_sigmoidBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4)); w += 5; break;
case 22: k_tanh(FLOATS(1), FLOATS(2), WHOLE(3)); w += 4; break;
case 23: k_tanhBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4)); w += 5; break;
case 24: k_softplus(FLOATS(1), FLOATS(2), WHOLE(3), REAL(4)); w += 5; break;
case 25: k_softplusBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), REAL(5)); w += 6; break;
case 26: k_hardTanh(FLOATS(1), FLOATS(2), WHOLE(3), REAL(4), REAL(5)); w += 6; break;
case 27: k_hardTanhBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), REAL(5), REAL(6)); w += 7; break;
case 28: k_softmax(FLOATS(1), FLOATS(2), WHOLE(3), WHOLE(4), REAL(5)); w += 6; break;
case 29: k_softmaxBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WHOLE(5), REAL(6)); w += 7; break;
case 30: k_logSoftmax(FLOATS(1), FLOATS(2), WHOLE(3), WHOLE(4), REAL(5)); w += 6; break;
case 31: k_logSoftmaxBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WHOLE(5), REAL(6)); w += 7; break;
case 32: k_copy(FLOATS(1), FLOATS(2), WHOLE(3)); w += 4; break;
case 33: k_add(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4)); w += 5; break;
case 34: k_drawNoise(FLOATS(1), WHOLE(2), REAL(3), STREAM(4)); w += 5; break;
case 35: k_drawMask(FLOATS(1), WHOLE(2), REAL(3), STREAM(4)); w += 5; break;
case 36: k_dropout(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), REAL(5)); w += 6; break;
case 37: k_moments(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WHOLE(5)); w += 6; break;
case 38: k_normalize(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), FLOATS(5), FLOATS(6), FLOATS(7), WHOLE(8), WHOLE(9), REAL(10)); w += 11; break;
case 39: k_normalizeBackward(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), FLOATS(5), FLOATS(6), FLOATS_OR_NULL(7), WHOLE(8), WHOLE(9), REAL(10)); w += 11; break;
case 40: k_normalizeRows(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), FLOATS(5), FLOATS(6), WHOLE(7), WHOLE(8), REAL(9)); w += 10; break;
case 41: k_normalizeRowsBackward(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), FLOATS(5), FLOATS(6), FLOATS_OR_NULL(7), WHOLE(8), WHOLE(9), REAL(10)); w += 11; break;
case 42: k_average(FLOATS(1), FLOATS(2), WHOLE(3), REAL(4)); w += 5; break;
case 43: k_conv2d(FLOATS(1), FLOATS(2), FLOATS_OR_NULL(3), FLOATS(4), WHOLE(5), WINDOW(6), WHOLE(17), WHOLE(18), room); w += 19; break;
case 44: k_conv2dInput(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WINDOW(5), WHOLE(16), WHOLE(17), room); w += 18; break;
case 45: k_conv2dKernel(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WINDOW(5), WHOLE(16), WHOLE(17), room); w += 18; break;
case 46: k_maxPool(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WINDOW(5)); w += 16; break;
case 47: k_maxPoolBackward(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WINDOW(5)); w += 16; break;
case 48: k_averagePool(FLOATS(1), FLOATS(2), WHOLE(3), WINDOW(4), WHOLE(15)); w += 16; break;
case 49: k_averagePoolBackward(FLOATS(1), FLOATS(2), WHOLE(3), WINDOW(4), WHOLE(15)); w += 16; break;
case 50: KEEP(1, k_softmaxCrossEntropy(FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5), WHOLE(6))) w += 7; break;
case 51: KEEP(1, k_weightedCrossEntropy(FLOATS(2), FLOATS(3), FLOATS_OR_NULL(4), FLOATS(5), WHOLE(6), WHOLE(7), WHOLE(8), REAL(9), REAL(10))) w += 11; break;
case 52: KEEP(1, k_binaryCrossEntropy(FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5), REAL(6))) w += 7; break;
case 53: KEEP(1, k_meanSquaredError(FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5))) w += 6; break;
case 54: KEEP(1, k_meanAbsoluteError(FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5))) w += 6; break;
case 55: KEEP(1, k_huber(FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5), REAL(6))) w += 7; break;
case 56: KEEP(1, k_hinge(FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5), WHOLE(6))) w += 7; break;
case 57: KEEP(1, k_multiMargin(FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5), WHOLE(6), WHOLE(7))) w += 8; break;
case 58: KEEP(1, k_l2(FLOATS(2), FLOATS(3), WHOLE(4), REAL(5))) w += 6; break;
case 59: KEEP(1, k_l1(FLOATS(2), FLOATS(3), WHOLE(4), REAL(5))) w += 6; break;
case 60: k_capColumns(FLOATS(1), WHOLE(2), WHOLE(3), REAL(4)); w += 5; break;
case 61: k_accumulate(FLOATS(1), FLOATS(2), WHOLE(3), REAL(4), WHOLE(5)); w += 6; break;
case 62: k_divide(FLOATS(1), FLOATS(2), WHOLE(3), REAL(4)); w += 5; break;
case 63: KEEP(1, k_sumOfSquares(FLOATS(2), WHOLE(3))) w += 4; break;
case 64: KEEP(1, k_allFinite(FLOATS(2), WHOLE(3))) w += 4; break;
case 65: k_swap(FLOATS(1), FLOATS(2), WHOLE(3)); w += 4; break;
case 66: k_scale(FLOATS(1), WHOLE(2), WHOLE(3), REAL(4)); w += 5; break;
case 67: k_combine(FLOATS(1), FLOATS(2), WHOLE(3), REAL(4), REAL(5)); w += 6; break;
case 68: k_shorten(FLOATS(1), WHOLE(2), REAL(3)); w += 4; break;
case 69: k_clipValue(FLOATS(1), WHOLE(2), WHOLE(3), REAL(4)); w += 5; break;
case 70: KEEP(1, k_clipNorm(FLOATS(2), WHOLE(3), WHOLE(4), REAL(5))) w += 6; break;
case 71: k_sgdUpdate(FLOATS(1), FLOATS(2), WHOLE(3), WHOLE(4), REAL(5)); w += 6; break;
case 72: k_momentumUpdate(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WHOLE(5), REAL(6), REAL(7), REAL(8)); w += 9; break;
case 73: k_nesterovUpdate(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WHOLE(5), REAL(6), REAL(7), REAL(8)); w += 9; break;
case 74: k_adagradUpdate(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WHOLE(5), REAL(6), REAL(7), REAL(8)); w += 9; break;
case 75: k_adadeltaUpdate(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5), WHOLE(6), REAL(7), REAL(8), REAL(9), REAL(10)); w += 11; break;
case 76: k_rmspropUpdate(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS_OR_NULL(4), FLOATS_OR_NULL(5), WHOLE(6), WHOLE(7), REAL(8), REAL(9), REAL(10), REAL(11), REAL(12), WHOLE(13), REAL(14)); w += 15; break;
case 77: k_adamUpdate(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5), WHOLE(6), REAL(7), REAL(8), REAL(9), REAL(10), REAL(11), REAL(12), REAL(13)); w += 14; break;
case 78: k_amsgradUpdate(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), FLOATS(5), WHOLE(6), WHOLE(7), REAL(8), REAL(9), REAL(10), REAL(11), REAL(12), REAL(13), REAL(14)); w += 15; break;
case 79: k_nadamUpdate(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5), WHOLE(6), REAL(7), REAL(8), REAL(9), REAL(10), REAL(11), REAL(12), REAL(13), REAL(14)); w += 15; break;
case 80: k_adamaxUpdate(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5), WHOLE(6), REAL(7), REAL(8), REAL(9), REAL(10), REAL(11)); w += 12; break;
case 81: k_lambUpdate(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5), WHOLE(6), REAL(7), REAL(8), REAL(9), REAL(10), REAL(11), REAL(12), REAL(13), REAL(14), REAL(15)); w += 16; break;
case 82: k_lionUpdate(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WHOLE(5), REAL(6), REAL(7), REAL(8), REAL(9), REAL(10)); w += 11; break;
case 83: k_muonDirection(FLOATS(1), FLOATS(2), FLOATS(3), WHOLE(4), WHOLE(5), REAL(6), REAL(7), WHOLE(8)); w += 9; break;
case 84: k_scheduleFreeUpdate(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), FLOATS_OR_NULL(5), WHOLE(6), WHOLE(7), WHOLE(8), REAL(9), REAL(10), REAL(11), REAL(12), REAL(13), REAL(14), REAL(15), REAL(16)); w += 17; break;
case 85: k_denseRelu(FLOATS(1), FLOATS(2), FLOATS_OR_NULL(3), FLOATS(4), WHOLE(5), WHOLE(6), WHOLE(7), room); w += 8; break;
case 86: k_denseInputRelu(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5), WHOLE(6), WHOLE(7), room); w += 8; break;
case 87: k_conv2dRelu(FLOATS(1), FLOATS(2), FLOATS_OR_NULL(3), FLOATS(4), WHOLE(5), WINDOW(6), WHOLE(17), WHOLE(18), room); w += 19; break;
case 88: k_maxPoolReluBackward(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5), WINDOW(6)); w += 17; break;
case 89: k_conv2dReluMaxPool(FLOATS(1), FLOATS(2), FLOATS_OR_NULL(3), FLOATS(4), FLOATS(5), FLOATS(6), WHOLE(7), WINDOW(8), WHOLE(19), WHOLE(20), WINDOW(21), room); w += 32; break;
case 90: k_maxPoolConv2dKernel(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), FLOATS(5), FLOATS(6), FLOATS_OR_NULL(7), WHOLE(8), WINDOW(9), WINDOW(20), WHOLE(31), WHOLE(32), WHOLE(33), room); w += 34; break;
case 91: k_normalizeRelu(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), FLOATS(5), FLOATS(6), FLOATS(7), WHOLE(8), WHOLE(9), REAL(10)); w += 11; break;
case 92: k_normalizeReluDropout(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), FLOATS(5), FLOATS(6), FLOATS(7), FLOATS(8), FLOATS(9), WHOLE(10), WHOLE(11), REAL(12), REAL(13)); w += 14; break;
case 93: k_dropoutReluBackward(FLOATS(1), FLOATS(2), FLOATS(3), FLOATS(4), WHOLE(5), REAL(6)); w += 7; break;
#endif
