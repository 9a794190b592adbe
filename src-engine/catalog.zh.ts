/** The catalogue's texts in Chinese; catalog.ts types them by its declarations, where a missing one does not compile. Kinds, symbols and names of algorithms stay Latin. */

const generated = {
  samples: { label: "样本数", help: "生成多少行" },
  noise: { label: "噪声", help: "加到每个坐标上的噪声的标准差" },
  seed: { label: "随机种子", help: "决定生成哪些行；与运行的种子分开，因此多个种子用同样的行训练" },
};
const classes = { label: "类别数", help: "有多少个类别" };
const shares = {
  validation: { label: "验证集比例", help: "用来做选择的行所占的比例；0 表示不留" },
  test: { label: "测试集比例", help: "留作最后评判的行所占的比例；0 表示不留" },
  seed: { label: "随机种子", help: "决定抽到哪些行；与运行的种子分开，因此多个种子用同样的行训练" },
};
const learningRate = { label: "学习率", help: "一步走多远，尚未经学习率计划改变" };

export const chinese = {
  data: {
    sample: {
      title: "自带数据集",
      summary: "随程序附带的数据集。",
      params: { name: { label: "名称", help: "哪一个数据集" } },
    },
    csv: {
      title: "CSV 文件",
      summary: "自己的数据：一行表头，其余是数字，其中一列是目标。",
      params: {
        file: { label: "文件", help: "文件名，给人看" },
        hash: { label: "内容哈希", help: "文件内容的哈希，凭它再次找到文件；导入之前为空" },
        target: { label: "目标列", help: "要预测的列；空表示最后一列" },
        task: { label: "任务", help: "目标是什么；auto：若是文字或至多 20 个不同的整数则为类别，否则为数值" },
        image: { label: "图像形状", help: "一行若是图像，给出高、宽、通道数；三者之积等于特征数" },
      },
    },
    spirals: {
      title: "螺旋",
      summary: "几条臂绕同一中心旋转，每条臂一个类别：没有直线能把它们分开。",
      params: { ...generated, classes, turns: { label: "圈数", help: "一条臂绕中心转多少圈" } },
    },
    moons: { title: "双月", summary: "两个互相伸入的半圆。", params: generated },
    circles: {
      title: "同心圆",
      summary: "一个圆套着另一个圆。",
      params: { ...generated, factor: { label: "半径比", help: "内圆的半径；外圆的半径为 1" } },
    },
    blobs: { title: "团簇", summary: "排在圆环上的圆形点云，每团一个类别：噪声小时直线就能分开。", params: { ...generated, classes } },
    xor: { title: "异或", summary: "一个正方形分成四块，对角的两块同属一个类别。", params: generated },
  },
  split: {
    stratified: { title: "分层", summary: "在每个类别之内抽取，使各部分的类别比例相同。", params: shares },
    random: { title: "随机", summary: "抽取时不看目标。", params: shares },
  },
  scaling: {
    standard: { title: "标准化", summary: "在训练行上使每个特征的均值为 0、标准差为 1；数值目标也一样。", params: {} },
    none: { title: "无", summary: "所有数字保持原样。", params: {} },
  },
  layer: {
    dense: {
      title: "全连接层",
      summary: "每个输出都是全部输入的加权和，再加偏置。",
      params: {
        units: { label: "单元数", help: "输出的个数；最后一层需要与类别数相同，或为 1" },
        bias: { label: "偏置", help: "给每个输出加一个学到的数；放在批归一化之前没有作用" },
        init: { label: "权重初始化", help: "权重 W 的初始值；偏置从 0 开始" },
        regularizer: { label: "正则化", help: "只用于本层权重的惩罚项，代替整个模型的" },
      },
    },
    relu: { title: "ReLU", summary: "正数原样通过，负数变为 0；与 He 初始化相配。", params: {} },
    tanh: { title: "tanh", summary: "把每个数压到 (−1, 1)，均值接近 0；与 Xavier（LeCun）初始化相配。", params: {} },
    sigmoid: { title: "sigmoid", summary: "把每个数压到 (0, 1)；斜率至多 ¼，因此叠得很深时学得慢。", params: {} },
    batchNorm: {
      title: "批归一化",
      summary: "在一批之内使每个特征的均值为 0、方差为 1，再乘以学到的缩放、加上学到的平移；它前面的偏置因此多余。",
      params: {
        epsilon: { label: "ε", help: "加到方差上，使取值不变的特征不致除以 0" },
        momentum: { label: "保留率", help: "滑动统计量每一步保留的比例；PyTorch 的 momentum 等于 1 减去它" },
      },
    },
    dropout: {
      title: "随机失活（dropout）",
      summary: "训练的每一步随机关掉一部分输入，并把其余的放大；评估时什么也不做。",
      params: { keepProb: { label: "保留概率（keepProb）", help: "保留的比例：保留 0.8 即丢弃率 0.2，后者是 Keras 和 PyTorch 的参数" } },
    },
  },
  initializer: {
    heNormal: { title: "He 正态", summary: "使 ReLU 之前的激活值保持方差，因为 ReLU 会把它减半。", params: {} },
    lecunNormal: { title: "LeCun 正态（课程中的 Xavier）", summary: "使 tanh 之前的激活值保持方差；课程把这种形式称为 Xavier。", params: {} },
    glorotNormal: { title: "Glorot 正态", summary: "使前向和反向传播的方差大致不变；多数库称它为 Xavier，但课程中的 Xavier 是 LeCun 正态。", params: {} },
    normal: { title: "正态", summary: "互相独立的抽样，标准差固定，与层的大小无关。", params: { deviation: { label: "标准差", help: "正态分布的标准差" } } },
    zeros: { title: "全零", summary: "所有权重为 0。隐藏层的单元会永远相同：对称从未被打破。", params: {} },
  },
  regularizer: {
    none: { title: "无", summary: "没有惩罚项。", params: {} },
    l2: {
      title: "L2",
      summary: "把每个权重按自身大小拉向 0；PyTorch 的 weight_decay 等于 λ/m，m 为批大小。",
      params: { lambda: { label: "强度", help: "采用课程的形式 λ/2m，m 为这一步的批的行数" } },
    },
  },
  loss: {
    softmaxCrossEntropy: { title: "softmax 交叉熵", summary: "用于两个或更多类别，每个类别一个输出：正确类别所得概率的对数取负。开始时接近 ln(类别数)。", params: {} },
    binaryCrossEntropy: { title: "二元交叉熵", summary: "用于两个类别和一个输出，即类别 1 的 logit；sigmoid 已包含在损失之中。开始时接近 ln 2。", params: {} },
    mse: { title: "均方误差", summary: "用于预测数值：差的平方的均值。", params: {} },
  },
  metric: {
    accuracy: { title: "准确率", summary: "概率最大的类别恰好正确的行所占的比例。", params: {} },
    rmse: { title: "均方根误差", summary: "典型误差的大小，以目标自己的单位计。", params: {} },
    r2: { title: "R²", summary: "预测解释了目标方差的多少：1 为完美，0 与只猜均值一样。", params: {} },
  },
  optimizer: {
    sgd: { title: "梯度下降（SGD）", summary: "逆着一批的梯度走；每轮只有一批时就是全批量梯度下降。", params: { learningRate } },
    momentum: {
      title: "动量",
      summary: "沿着过去梯度的平均走：振荡互相抵消，稳定的方向得到累积。",
      params: {
        learningRate,
        beta: { label: "动量系数", help: "平均值中保留的比例；大约回顾 1/(1 − β) 步" },
        form: { label: "形式", help: "ewma：课程的指数加权平均；ewmaCorrected：加上偏差修正；classic：累加，α 相同时每步长 1/(1 − β) 倍" },
      },
    },
    adam: {
      title: "Adam",
      summary: "梯度与梯度平方的平均，二者都经偏差修正，使每个权重有自己的步长。",
      params: {
        learningRate,
        beta1: { label: "一阶系数", help: "梯度的平均值中保留的比例" },
        beta2: { label: "二阶系数", help: "梯度平方的平均值中保留的比例" },
        epsilon: { label: "ε", help: "使商保持有限；Keras 取 1e-7" },
      },
    },
  },
  schedule: {
    constant: { title: "恒定", summary: "始终使用优化器的学习率。", params: {} },
    inverseTime: { title: "反比衰减", summary: "按轮数的倒数逐轮下降。", params: { decayRate: { label: "衰减率", help: "下降的快慢：1 表示第一轮之后减半" } } },
    exponential: { title: "指数衰减", summary: "每轮之后把学习率乘以同一个因子。", params: { factor: { label: "因子", help: "一轮之后剩下的学习率所占的比例；1 表示不变" } } },
  },
};
