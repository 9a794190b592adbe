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
const adamRates = {
  beta1: { label: "一阶系数", help: "梯度的平均值中保留的比例" },
  beta2: { label: "二阶系数", help: "梯度平方的平均值中保留的比例" },
  epsilon: { label: "ε", help: "使商保持有限；Keras 取 1e-7" },
};
const decay = {
  weightDecay: { label: "权重衰减", help: "拉向 0 的力度，要乘以学习率，与 AdamW 相同；0 表示没有" },
  decayed: { label: "衰减对象", help: "kernels：只有权重；all：所有参数，包括偏置、缩放和平移，这是 PyTorch 的默认做法" },
};
const interpolation = { label: "插值系数", help: "取梯度的点离平均 x 有多近：0 在 z，1 在 x" };
const decayAtPoint = { label: "权重衰减", help: "在 y 处拉向 0 的力度，要乘以学习率；0 表示没有" };
const per = { label: "计数单位", help: "t 数的是完成的轮还是完成的步" };
const staircase = { label: "阶梯", help: "只在每 n 轮或 n 步时下降：t/n 向下取整" };
const endRate = { label: "末尾学习率", help: "训练结束时的学习率" };
const pooling = {
  size: { label: "窗口大小", help: "窗口的高和宽" },
  sizeWidth: { label: "窗口宽", help: "宽与高不同时的宽；不填则为正方形" },
  stride: { label: "步幅", help: "窗口移动多远；不填则等于窗口大小，窗口互不重叠" },
  strideWidth: { label: "横向步幅", help: "横向的步幅，若与纵向不同" },
  padding: { label: "填充", help: "图像四周属于边缘窗口的行数；必须小于窗口" },
  paddingWidth: { label: "横向填充", help: "横向的填充，若与纵向不同" },
};
const temperature = { label: "温度", help: "除输入的数：大于 1 使答案更接近，小于 1 使答案更分明；次序不变" };
const slope = { label: "负侧斜率", help: "其后带泄漏的 ReLU 在负侧的斜率；ReLU 为 0。PyTorch 各层自己的默认值是 s = √5 ≈ 2.236 的 He 均匀" };
const averaging = {
  average: { label: "平均方式", help: "macro：各类别同等重要；weighted：按类别的行数加权；micro：所有行合并，即准确率" },
  class: { label: "类别", help: "只看这一个类别而不取平均，按标签顺序从 0 数起；两个类别时 1 为正类" },
};
const bins = { label: "区间数", help: "把 0 到 1 的置信度等分为几个区间；数值随区间数而变，因此只应比较区间数相同的结果" };

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
    kFold: {
      title: "k 折",
      summary: "把样本分成大小相等的 k 份，用其中一份评判：折号取 1 到 k 时，测试集之外的每一行恰好做一次验证行。",
      params: {
        folds: { label: "折数", help: "测试集之外的样本分成多少份" },
        fold: { label: "本折", help: "哪一份作为验证集，从 1 数起；其余用于训练" },
        test: shares.test,
        stratify: { label: "按类别", help: "每个类别单独分配，使各折的类别比例相同；数值目标没有类别，整体分配" },
        seed: shares.seed,
      },
    },
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
        bias: { label: "偏置", help: "给每个输出加一个学到的数；紧接在批归一化之前时会被它减掉，因此自动省去" },
        init: { label: "权重初始化", help: "权重 W 的初始值；偏置从 0 开始" },
        regularizer: { label: "正则化", help: "只用于本层权重的惩罚项，代替整个模型的" },
      },
    },
    conv2d: {
      title: "卷积层",
      summary: "让小的卷积核在图像上滑动：每个滤波器在找到自己的图案之处作出响应。",
      params: {
        filters: { label: "滤波器数", help: "寻找多少种图案；即输出的通道数" },
        size: { label: "核大小", help: "卷积核的高和宽" },
        sizeWidth: { label: "核宽", help: "宽与高不同时的宽；不填则为正方形" },
        stride: { label: "步幅", help: "从一个输出到下一个，卷积核移动多远；2 使图像减半" },
        strideWidth: { label: "横向步幅", help: "横向的步幅，若与纵向不同" },
        padding: { label: "填充", help: "图像四周补几行零；核为 3 时补 1、核为 5 时补 2 可保持大小" },
        paddingWidth: { label: "横向填充", help: "横向的填充，若与纵向不同" },
        groups: { label: "组数", help: "把通道和滤波器分成几组，各组只看自己的；与通道数相等即为逐通道卷积" },
        bias: { label: "偏置", help: "给每个滤波器的输出加一个学到的数；紧接在批归一化之前时会被它减掉，因此自动省去" },
        init: { label: "权重初始化", help: "卷积核 W 的初始值；偏置从 0 开始" },
        regularizer: { label: "正则化", help: "只用于本层卷积核的惩罚项，代替整个模型的" },
      },
    },
    maxPool: { title: "最大池化", summary: "保留每个窗口中最大的数：有没有找到图案，而不问确切在哪里。", params: pooling },
    averagePool: {
      title: "平均池化",
      summary: "取每个窗口的均值：图像更小、更平滑。",
      params: { ...pooling, countPadding: { label: "计入填充", help: "除以整个窗口，填充按零计入，与 PyTorch 相同；否则只除以落在图像上的部分，与 Keras 相同" } },
    },
    globalAveragePool: { title: "全局平均池化", summary: "对每个通道取整幅图像的均值：从图像变为每个通道一个数。", params: {} },
    flatten: { title: "展平", summary: "把图像的各行首尾相接；全连接层自己也会这样做。", params: {} },
    residual: {
      title: "残差块",
      summary: "把输入加到内部各层的输出上：它们只需学习改变量，梯度也有一条旁路。",
      params: {
        layers: { label: "内部各层", help: "从第一层到最后一层；它们须保持形状，否则要打开投影" },
        projection: { label: "投影", help: "若内部各层改变了形状，就用学到的权重把输入变到该形状；否则形状必须一致" },
        init: { label: "投影的初始化", help: "投影权重的初始值" },
      },
    },
    relu: { title: "ReLU", summary: "正数原样通过，负数变为 0；与 He 初始化相配。", params: {} },
    leakyRelu: {
      title: "带泄漏的 ReLU",
      summary: "与 ReLU 相同，但负数保留一个小的斜率，因此没有单元会失活。",
      params: { slope: { label: "负侧斜率", help: "负数一侧的斜率；课程和 PyTorch 取 0.01，Keras 取 0.3" } },
    },
    elu: {
      title: "ELU",
      summary: "与 ReLU 相同，但负数一侧平滑地趋向 −α，使均值更接近 0。",
      params: { alpha: { label: "负侧极限", help: "负数一侧远处的值取负；只有 1 在 0 处没有拐角" } },
    },
    selu: { title: "SELU", summary: "经过缩放的 ELU，使均值 0 和方差 1 逐层保持；与 LeCun 正态初始化相配。", params: {} },
    geluExact: { title: "GELU", summary: "每个数乘以正态分布中小于它的比例：平滑的 ReLU，在 0 以下略有凹陷。", params: {} },
    geluTanh: { title: "GELU（tanh 近似）", summary: "用 tanh 代替正态分布的 GELU，GPT-2 和 BERT 采用这种形式；与精确值相差不到 0.0005。", params: {} },
    silu: { title: "SiLU", summary: "每个数乘以自己的 sigmoid：平滑的 ReLU，在 0 以下略有凹陷；即 β = 1 的 swish。", params: {} },
    swish: {
      title: "swish",
      summary: "斜率可选的 SiLU：0 得到 x/2，1 得到 SiLU，很大时接近 ReLU。",
      params: { beta: { label: "斜率", help: "其中 sigmoid 的斜率" } },
    },
    mish: { title: "Mish", summary: "每个数乘以其 softplus 的 tanh：与 SiLU 相近，在 0 以下的凹陷略深。", params: {} },
    softplus: {
      title: "softplus",
      summary: "没有拐角的 ReLU：恒为正，左侧远处接近 0，右侧远处接近 x。",
      params: { beta: { label: "锐度", help: "弯折的急缓；很大时接近 ReLU" } },
    },
    hardTanh: {
      title: "硬 tanh",
      summary: "把每个数截断到一个区间；区间之内不变。",
      params: { min: { label: "下限", help: "最小的值；必须小于上限" }, max: { label: "上限", help: "最大的值" } },
    },
    softmax: { title: "softmax", summary: "沿最后一个轴变为和为 1 的正数；交叉熵自带 softmax，前面不需要再放。", params: { temperature } },
    logSoftmax: { title: "log-softmax", summary: "沿最后一个轴的 softmax 的对数，无需对接近 0 的数取对数。", params: { temperature } },
    identity: { title: "恒等", summary: "什么也不改变：在对比中不用激活函数时占位。", params: {} },
    tanh: { title: "tanh", summary: "把每个数压到 (−1, 1)，均值接近 0；与 Xavier（LeCun）初始化相配。", params: {} },
    sigmoid: { title: "sigmoid", summary: "把每个数压到 (0, 1)；斜率至多 ¼，因此叠得很深时学得慢。", params: {} },
    batchNorm: {
      title: "批归一化",
      summary: "在一批之内使每个特征的均值为 0、方差为 1（评估时用滑动平均），再乘以学到的缩放、加上学到的平移；它前面的偏置会自动省去。",
      params: {
        epsilon: { label: "ε", help: "加到方差上，使取值不变的特征不致除以 0" },
        momentum: { label: "保留率", help: "滑动统计量每一步保留的比例；PyTorch 的 momentum 等于 1 减去它" },
      },
    },
    layerNorm: {
      title: "层归一化",
      summary: "在每一行之内使各特征的均值为 0、方差为 1，再乘以学到的缩放、加上学到的平移；不看其他行。",
      params: { epsilon: { label: "ε", help: "加到方差上，使取值不变的行不致除以 0；PyTorch 取 1e-5，Keras 取 1e-3" } },
    },
    gaussianNoise: {
      title: "高斯噪声",
      summary: "训练的每一步给输入加上随机数；评估时什么也不做。",
      params: { deviation: { label: "标准差", help: "噪声的标准差，以输入的单位计：标准化后的特征为 1" } },
    },
    dropout: {
      title: "随机失活（dropout）",
      summary: "训练的每一步随机关掉一部分输入，并把其余的放大；评估时什么也不做。",
      params: { keepProb: { label: "保留概率（keepProb）", help: "保留的比例：保留 0.8 即丢弃率 0.2，后者是 Keras 和 PyTorch 的参数" } },
    },
  },
  initializer: {
    heNormal: { title: "He 正态", summary: "使 ReLU 之前的激活值保持方差，因为 ReLU 会把它减半；PyTorch 称之为 Kaiming 正态。", params: { slope } },
    heUniform: { title: "He 均匀", summary: "方差与 He 正态相同，但取值在两个界限之间；PyTorch 称之为 Kaiming 均匀。", params: { slope } },
    lecunNormal: { title: "LeCun 正态（课程中的 Xavier）", summary: "使 tanh 之前的激活值保持方差；课程把这种形式称为 Xavier。", params: {} },
    lecunUniform: { title: "LeCun 均匀", summary: "方差与 LeCun 正态（课程中的 Xavier）相同，但取值在两个界限之间。", params: {} },
    glorotNormal: { title: "Glorot 正态", summary: "使前向和反向传播的方差大致不变；多数库称它为 Xavier，但课程中的 Xavier 是 LeCun 正态。", params: {} },
    glorotUniform: { title: "Glorot 均匀", summary: "方差与 Glorot 正态相同，但取值在两个界限之间：Keras 的默认值，PyTorch 称之为 Xavier 均匀。", params: {} },
    orthogonal: {
      title: "正交",
      summary: "一个随机旋转再乘以增益：没有哪个方向被拉得比别的更长，信号因此能穿过很多层。",
      params: { gain: { label: "增益", help: "每个方向拉长的倍数：线性层取 1，ReLU 之前取 √2 ≈ 1.414，tanh 之前取 5/3" } },
    },
    normal: { title: "正态", summary: "互相独立的抽样，标准差固定，与层的大小无关。", params: { deviation: { label: "标准差", help: "正态分布的标准差；课程从 0.01 开始，并用 10 演示单元如何饱和" } } },
    uniform: { title: "均匀", summary: "在两个界限之间互相独立地抽样，与层的大小无关。", params: { limit: { label: "界限", help: "权重的最大绝对值；标准差为 r/√3" } } },
    constant: { title: "常数", summary: "所有权重为同一个数：与全零一样，隐藏层的单元永远相同。", params: { value: { label: "数值", help: "每个权重的初始值" } } },
    zeros: { title: "全零", summary: "所有权重为 0。隐藏层的单元会永远相同：对称从未被打破。", params: {} },
  },
  regularizer: {
    none: { title: "无", summary: "没有惩罚项。", params: {} },
    l2: {
      title: "L2",
      summary: "把每个权重按自身大小拉向 0；等同于 PyTorch 的 weight_decay = λ/m 和 Keras 的 l2(λ/(2m))，m 为一步的行数。",
      params: { lambda: { label: "强度", help: "采用课程的形式 λ/2m，m 为这一步的行数；累积梯度时是各批的总行数" } },
    },
    l1: {
      title: "L1",
      summary: "把每个权重以同样的力度拉向 0，使许多权重最终接近 0；等同于 Keras 的 l1(λ/m)。",
      params: { lambda: { label: "强度", help: "与 L2 一样除以这一步的行数 m，但没有因子 ½" } },
    },
    elastic: {
      title: "弹性网络",
      summary: "L1 与 L2 并用，各有自己的强度。",
      params: { l1: { label: "L1 强度", help: "L1 的强度" }, l2: { label: "L2 强度", help: "L2 的强度；PyTorch 的 weight_decay 等于 λ₂/m" } },
    },
    maxNorm: {
      title: "最大范数",
      summary: "每次更新之后，限制进入每个单元的权重的长度；常与随机失活并用。",
      params: { limit: { label: "上限", help: "进入一个单元的权重的范数最大可为多少；通常取 3 到 4" } },
    },
  },
  loss: {
    softmaxCrossEntropy: {
      title: "softmax 交叉熵",
      summary: "用于两个或更多类别，每个类别一个输出：正确类别所得概率的对数取负。开始时接近 ln(类别数)。",
      params: {
        labelSmoothing: { label: "标签平滑", help: "目标中均匀分给所有类别的比例；常用 0.1" },
        classWeights: { label: "类别权重", help: "每个类别的分量，按类别顺序各一个数；均值除以这一批标签的权重之和，目标为软标签时除以行数" },
        temperature: { label: "温度", help: "logits 除以它：小于 1 使概率更尖锐，大于 1 使概率更平坦，最大的仍是最大的；若要改善训练好的网络的校准，应在训练之后拟合" },
      },
    },
    binaryCrossEntropy: {
      title: "二元交叉熵",
      summary: "用于两个类别和一个输出，即类别 1 的 logit，或用于几个互相独立的是非输出；sigmoid 已包含在损失之中。开始时接近 ln 2。",
      params: { posWeight: { label: "类别 1 的权重", help: "目标为 1 时的分量：取负例数除以正例数可使两者平衡；均值除以总个数，而不是权重之和" } },
    },
    hinge: {
      title: "合页损失",
      summary: "用于类别，不给出概率：正确类别领先的间隔达到 1 后就不再有损失。两个类别用一个输出，否则每个类别一个。",
      params: { squared: { label: "平方", help: "把每个不足取平方：在间隔处光滑，对大的错误更重" } },
    },
    mse: { title: "均方误差", summary: "用于预测数值：差的平方的均值。", params: {} },
    mae: { title: "平均绝对误差", summary: "用于预测数值：差的绝对值的均值，离群点的影响比平方时小。", params: {} },
    huber: {
      title: "Huber 损失",
      summary: "用于预测数值：小的差取平方的一半，大的差取绝对值，因此离群点的影响有限。",
      params: { delta: { label: "界限", help: "差从多大起按绝对值计；以标准化后的目标为单位" } },
    },
  },
  metric: {
    accuracy: { title: "准确率", summary: "概率最大的类别恰好正确的行所占的比例。", params: {} },
    balancedAccuracy: { title: "平衡准确率", summary: "各类别召回率的均值：稀少的类别与常见的类别同等重要。", params: {} },
    topKAccuracy: { title: "前 k 准确率", summary: "正确类别在概率最大的 k 个之中的行所占的比例。", params: { k: { label: "k", help: "算几个猜测；须小于类别数，否则每一行都正确" } } },
    f1: { title: "F1 分数", summary: "精确率与召回率的调和平均；既没有这个类别的行也没有预测到它时为 0。", params: averaging },
    precision: { title: "精确率", summary: "预测为某一类别的行中确实属于它的比例；从未预测到的类别为 0。", params: averaging },
    recall: { title: "召回率", summary: "某一类别的行中被找到的比例；没有行的类别为 0。", params: averaging },
    cohenKappa: { title: "Cohen κ", summary: "扣除偶然之后的一致程度：1 为完美，0 与偶然一样。只有一个类别且只预测到它时没有定义。", params: {} },
    mcc: { title: "Matthews 相关系数", summary: "真实类别与预测类别的相关：1 为完美，0 与偶然一样，−1 为恰好相反；只有一个类别或只预测到一个类别时为 0。", params: {} },
    rocAuc: {
      title: "ROC AUC",
      summary: "属于该类别的行得分高于不属于的行的概率：0.5 与偶然一样，1 为完美。所有行同属一个类别时没有定义。",
      params: { multiclass: { label: "多类别", help: "ovr：每个类别对其余所有类别；ovo：每一对类别单独比较；两个类别时二者相同" } },
    },
    averagePrecision: { title: "平均精确率", summary: "精确率在所达到的召回率上的平均，对类别 1，或对各类别取均值；偶然水平等于该类别的比例，因此稀少的类别比 ROC AUC 更敏感。没有类别 1 的行时为 0。", params: {} },
    prAuc: { title: "PR AUC（梯形）", summary: "精确率-召回率曲线下的面积，各点以直线相连；比平均精确率略为乐观。没有类别 1 的行时没有定义。", params: {} },
    logLoss: { title: "对数损失", summary: "正确类别所得概率的对数取负的均值，不含权重和平滑：即 softmax 交叉熵的原始形式。", params: {} },
    brier: { title: "Brier 分数", summary: "概率与真实值之差的平方，对各类别求和：0 为完美，2 为确信而错。两个类别时许多库给出它的一半。", params: {} },
    ece: { title: "期望校准误差（ECE）", summary: "置信度与准确率平均相差多少：以 80 % 的置信度预测的行有 80 % 正确时为 0。", params: { bins } },
    mce: { title: "最大校准误差（MCE）", summary: "置信度与准确率在最差的区间中相差多少，无论其中有几行。", params: { bins } },
    rmse: { title: "均方根误差", summary: "典型误差的大小，以目标自己的单位计。", params: {} },
    mae: { title: "平均绝对误差", summary: "误差绝对值的均值，以目标自己的单位计；少数大误差的影响比均方根时小。", params: {} },
    mse: { title: "均方误差", summary: "误差平方的均值，以目标单位的平方计。", params: {} },
    medianAbsoluteError: { title: "绝对误差的中位数", summary: "一半的误差比它小，以目标自己的单位计：离群点完全不起作用。", params: {} },
    r2: { title: "R²", summary: "预测解释了目标方差的多少：1 为完美，0 与只猜均值一样。", params: {} },
    explainedVariance: { title: "可解释方差", summary: "与 R² 相同，但所有预测共有的常数误差不计。", params: {} },
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
    nesterov: {
      title: "Nesterov 动量",
      summary: "迈步之前先用最新的梯度修正自己的动量；关掉前瞻就是 PyTorch 的带阻尼的动量。",
      params: {
        learningRate,
        beta: { label: "动量系数", help: "累加值中保留的比例；α 相同时每步的长度是课程动量的 1/(1 − β) 倍" },
        dampening: { label: "阻尼", help: "第一步之后，累加时略去每个梯度的这一比例；PyTorch 只在没有前瞻时允许它" },
        lookahead: { label: "前瞻", help: "沿 g + βv 走；关闭时沿 v 走" },
      },
    },
    rmsprop: {
      title: "RMSprop",
      summary: "把每个权重的步长除以其梯度平方的平均的平方根：陡的方向步子短，平的方向步子长。",
      params: {
        learningRate,
        beta: { label: "保留率", help: "梯度平方的平均值中保留的比例；PyTorch 取 0.99" },
        epsilon: { label: "ε", help: "使商保持有限；Keras 取 1e-7" },
        epsilonAt: { label: "ε 的位置", help: "outside：在根号之外，如课程和 PyTorch；inside：在根号之内，如 TensorFlow" },
        centered: { label: "中心化", help: "除以梯度围绕其平均的标准差，而不是均方根" },
        biasCorrection: { label: "偏差修正", help: "像 Adam 那样修正平均值起步的偏差；不修正时最初几步较长" },
        momentum: { label: "动量系数", help: "累加的步长中保留的比例；0 表示没有动量" },
      },
    },
    adam: {
      title: "Adam",
      summary: "梯度与梯度平方的平均，二者都经偏差修正，使每个权重有自己的步长。",
      params: {
        learningRate, ...adamRates,
        biasCorrection: { label: "偏差修正", help: "把两个平均值除以 1 − βᵗ；不修正时第一步是 (1 − β₁)/√(1 − β₂) 倍长，按默认值为 3.16 倍" },
      },
    },
    adamw: {
      title: "AdamW",
      summary: "Adam 再加上把权重按自身大小拉向 0 的衰减，与梯度无关：对 Adam 来说这与 L2 不是一回事。",
      params: { learningRate, ...adamRates, ...decay, weightDecay: { label: "权重衰减", help: "拉向 0 的力度，要乘以学习率：PyTorch 也这样，论文则不乘" } },
    },
    adagrad: {
      title: "Adagrad",
      summary: "把每个权重的步长除以其至今全部梯度平方之和的平方根：少见的特征保持大步，而所有步子会越来越短。",
      params: {
        learningRate,
        initial: { label: "初始和", help: "平方和从多少开始：使最初几步变短；Keras 取 0.1，PyTorch 取 0" },
        epsilon: { label: "ε", help: "使商保持有限；PyTorch 取 1e-10，Keras 取 1e-7" },
      },
    },
    adadelta: {
      title: "Adadelta",
      summary: "以过去步子的平均长度为步长的 RMSprop：它自己找到单位，论文中的学习率为 1。",
      params: {
        learningRate,
        rho: { label: "保留率", help: "两个平均值中保留的比例；论文和 Keras 取 0.95" },
        epsilon: { label: "ε", help: "使步子得以开始，也使商保持有限；越大，最初几步越长" },
      },
    },
    adamax: { title: "Adamax", summary: "用过去梯度的逐渐衰减的最大值代替均方根的 Adam。", params: { learningRate, ...adamRates } },
    amsgrad: {
      title: "AMSGrad",
      summary: "除以至今最大的梯度平方平均的 Adam：不会只因为梯度变小，步子就重新变长。",
      params: { learningRate, ...adamRates, ...decay },
    },
    nadam: {
      title: "Nadam",
      summary: "像 Nesterov 动量那样把最新的梯度计入这一步的 Adam；动量系数从约一半逐渐升到 β₁。",
      params: {
        learningRate, ...adamRates,
        momentumDecay: { label: "动量变化率", help: "动量系数从约 β₁/2 升到 β₁ 的快慢；0.004 需要几百步，0 则一直停在 β₁/2" },
        ...decay,
      },
    },
    radam: {
      title: "RAdam",
      summary: "以动量起步，只在梯度平方的平均足够可信时才使用它的 Adam：自带预热。",
      params: { learningRate, ...adamRates, epsilon: { label: "ε", help: "使商保持有限" } },
    },
    lion: {
      title: "Lion",
      summary: "每个权重恰好走 α，方向取动量与最新梯度之混合的符号：内存只要 Adam 的一半，学习率也要更小。",
      params: {
        learningRate,
        beta1: { label: "方向系数", help: "这一步的方向中动量所占的比例；其余是最新的梯度" },
        beta2: { label: "动量系数", help: "动量中保留的比例" },
        ...decay,
        weightDecay: { label: "权重衰减", help: "拉向 0 的力度，要乘以学习率；论文取 AdamW 的 3 到 10 倍，因为学习率小了同样的倍数" },
      },
    },
    lamb: {
      title: "LAMB",
      summary: "每个权重矩阵或偏置的步长按它自己的长度缩放的 Adam：为很大的批而设计。",
      params: { learningRate, ...adamRates, epsilon: { label: "ε", help: "使商保持有限" }, ...decay, weightDecay: { label: "权重衰减", help: "拉向 0 的力度，在缩放之前计入；0 表示没有" } },
    },
    muon: {
      title: "Muon",
      summary: "每个权重矩阵的步子都被变成近似正交，使任何方向都不占优；偏置、缩放和平移用 AdamW。",
      params: {
        learningRate,
        beta: { label: "动量系数", help: "梯度的平均值中保留的比例，用于矩阵" },
        lookahead: { label: "前瞻", help: "像 Nesterov 动量那样，把最新的梯度再混入平均值一次" },
        iterations: { label: "迭代次数", help: "Newton–Schulz 迭代的次数；5 次使奇异值落在约 0.7 到 1.2 之间" },
        scaling: { label: "缩放方式", help: "original：√max(1, out/in)；matchAdamw：0.2 √max(in, out)，步长与 AdamW 相当，可以沿用它的学习率" },
        ratio: { label: "AdamW 学习率 / α", help: "非矩阵参数的学习率是 α 的多少倍：0.015 × 0.02 = 3e-4；用 matchAdamw 时取 1" },
        ...adamRates,
        epsilon: { label: "ε", help: "AdamW 的 ε，用于非矩阵参数" },
        ...decay,
        weightDecay: { label: "权重衰减", help: "拉向 0 的力度，要乘以学习率；PyTorch 取 0.1" },
      },
    },
    scheduleFreeSgd: {
      title: "Schedule-Free SGD",
      summary: "权重是自己各步的滑动平均的梯度下降，因此不需要学习率衰减：取恒定的学习率，最好加上预热。",
      params: { learningRate, beta: interpolation, ...decay, weightDecay: decayAtPoint },
    },
    scheduleFreeAdamW: {
      title: "Schedule-Free AdamW",
      summary: "权重是自己各步的滑动平均的 AdamW，用它代替动量和学习率衰减：取恒定的学习率，最好加上预热。",
      params: {
        learningRate, ...adamRates,
        beta1: interpolation,
        epsilon: { label: "ε", help: "使商保持有限" },
        form: { label: "形式", help: "怎样修正 v 起步的偏差：package 与 ε 并列，如作者的代码；paper 放进学习率，因而也进入平均的权重" },
        ...decay,
        weightDecay: decayAtPoint,
      },
    },
  },
  schedule: {
    constant: { title: "恒定", summary: "始终使用优化器的学习率。", params: {} },
    inverseTime: {
      title: "反比衰减",
      summary: "按时间的倒数下降，按轮（课程）或按步；阶梯形式只在每 n 轮或 n 步时下降。",
      params: { decayRate: { label: "衰减率", help: "下降的快慢：1 表示最初 n 轮或 n 步之后减半" }, interval: { label: "间隔", help: "分母每增加一个衰减率所用的轮数或步数" }, staircase, per },
    },
    exponential: {
      title: "指数衰减",
      summary: "每 n 轮（课程：每一轮）或 n 步把学习率乘以同一个因子；阶梯形式只在每 n 轮或 n 步时相乘。",
      params: { factor: { label: "因子", help: "n 轮或 n 步之后剩下的学习率所占的比例；1 表示不变" }, interval: { label: "间隔", help: "因子作用一次所用的轮数或步数" }, staircase, per },
    },
    inverseRoot: {
      title: "平方根反比",
      summary: "按时间的平方根的倒数下降，按轮或按步，从 1 数起。",
      params: { k: { label: "系数", help: "乘在学习率上；1 表示从 α₀ 开始" }, per },
    },
    step: {
      title: "阶梯",
      summary: "每 n 轮（通常）或 n 步把学习率乘以一个因子。",
      params: { factor: { label: "因子", help: "一次下降之后剩下的学习率所占的比例" }, interval: { label: "间隔", help: "两次下降之间的轮数或步数" }, per },
    },
    multistep: {
      title: "里程碑",
      summary: "在每个里程碑处把学习率乘以一个因子，按轮或按步。",
      params: { factor: { label: "因子", help: "一个里程碑之后剩下的学习率所占的比例" }, milestones: { label: "里程碑", help: "完成多少轮或多少步之后下降" }, per },
    },
    piecewise: {
      title: "手动",
      summary: "一张学习率的表，每一个从给定的轮或步起生效；第一个之前用优化器的学习率。",
      params: { rates: { label: "学习率表", help: "从何时起用哪个学习率；表中的先后无关紧要" }, per },
    },
    linearDecay: { title: "线性", summary: "在整个训练中沿直线降到末尾学习率，按步或按轮。", params: { end: endRate, per } },
    polynomial: {
      title: "多项式",
      summary: "在整个训练中按剩余时间的幂降到末尾学习率，按步或按轮。",
      params: { power: { label: "幂次", help: "1 为直线，2 为平缓着陆的抛物线" }, end: endRate, per },
    },
    cosine: { title: "余弦", summary: "在整个训练中沿半个余弦降到末尾学习率，两头慢，按步或按轮。", params: { end: endRate, per } },
    cosineRestarts: {
      title: "余弦热重启",
      summary: "沿半个余弦下降，然后重新开始，每个周期比前一个长若干倍，按轮或按步。",
      params: {
        first: { label: "首个周期", help: "第一个周期的轮数或步数" },
        factor: { label: "加长倍数", help: "每个周期是前一个的多少倍；1 表示一样长" },
        end: { label: "最低学习率", help: "每个周期降向的学习率" },
        per,
      },
    },
    warmup: {
      title: "预热",
      summary: "逐步沿直线升到优化器的学习率，然后交给任意另一个学习率计划，后者从那里数起。",
      params: {
        steps: { label: "步数", help: "升到完整学习率所用的步数；Adam 常用几百步" },
        start: { label: "起点", help: "第一步所用的学习率比例；不填则为 1/w" },
        then: { label: "之后", help: "预热之后的学习率计划" },
      },
    },
    oneCycle: {
      title: "单周期",
      summary: "在整个训练中从小的学习率升到优化器的学习率，再降到几乎为零，只此一次，按步。",
      params: {
        rise: { label: "上升比例", help: "训练中学习率上升的部分；分三段时要小于一半" },
        divisor: { label: "起始除数", help: "起始学习率等于 α₀ 除以它" },
        endDivisor: { label: "末尾除数", help: "末尾学习率等于起始学习率除以它" },
        shape: { label: "形状", help: "cosine：半个余弦；linear：直线，如论文" },
        threePhases: { label: "三段", help: "先用与上升同样的时间降回起始学习率，再降到末尾：论文的形式" },
        cycleMomentum: { label: "动量随之变化", help: "学习率高时降低动量，如论文所做；需要带动量的优化器" },
        lowMomentum: { label: "最低动量", help: "学习率最高处的动量，若动量随之变化" },
        highMomentum: { label: "最高动量", help: "学习率起始和末尾处的动量，若动量随之变化" },
      },
    },
    reduceOnPlateau: {
      title: "平稳时下降",
      summary: "每轮之后看一个指标，若干轮没有变好就降低学习率。",
      params: {
        metric: { label: "指标", help: "看哪一个，写作 split/metric：validation/loss、validation/accuracy、train/loss 等" },
        factor: { label: "因子", help: "一次下降之后剩下的学习率所占的比例" },
        patience: { label: "容忍轮数", help: "没有新的最好值也放过的轮数；再多一轮就下降" },
        threshold: { label: "阈值", help: "新的最好值至少要好多少" },
        thresholdIs: { label: "阈值的含义", help: "relative：至今最好值的比例；absolute：绝对数量" },
        cooldown: { label: "冷却轮数", help: "下降之后这么多轮不计为没有变好" },
        least: { label: "最低学习率", help: "学习率不会降到它以下" },
      },
    },
  },
  augment: {
    shift: { title: "平移", summary: "把图像上下、左右移动几个像素。", params: { pixels: { label: "像素数", help: "沿每个轴最多移动多远" } } },
    flip: { title: "翻转", summary: "随机把约一半的图像翻成镜像。", params: { axis: { label: "方向", help: "horizontal 交换左右；both 对两个方向各掷一次硬币。不适合有左右之分的图像，例如数字" } } },
    rotate: { title: "旋转", summary: "使图像绕中心旋转。", params: { degrees: { label: "角度", help: "向任一方向最多旋转多少度" } } },
    zoom: { title: "缩放", summary: "以中心为准放大或缩小图像。", params: { factor: { label: "倍数", help: "最多缩放多少：1.1 表示放大或缩小至多一成" } } },
    cutout: { title: "遮挡（cutout）", summary: "遮住每幅图像中的一个正方形。", params: { size: { label: "边长", help: "正方形的边长" } } },
    noise: { title: "噪声", summary: "给每个特征加上一个小的随机数。", params: { deviation: { label: "标准差", help: "加到标准化后的特征上的噪声的标准差：标准化之后 0.1 即该特征自身标准差的十分之一" } } },
    mixup: { title: "混合（mixup）", summary: "用两行及其目标的混合来训练。", params: { alpha: { label: "混合强度", help: "0.2 通常混合得很少，1 使各种比例同样可能；不是学习率" } } },
  },
};
