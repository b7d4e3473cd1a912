/**
What the package exports, by name, and nothing else. `index.mts` lists the same names.

@module sophia-native
*/
import * as layers from './layers/index';

export {layers};
export {Dataset} from './dataset';
export {hessianDiagonal} from './curvature';
export {checkGradient, checkHessianVectorProduct} from './derivatives';
export {Device} from './device';
export {cpu, cuda, devices} from './devices';
export {AbortError, SophiaError} from './errors';
export {Event} from './event';
export {gnb} from './gnb';
export {Gpt2} from './gpt2';
export {hutchinson} from './hutchinson';
export {AdamMini} from './optimizers/adammini';
export {AdamW} from './optimizers/adamw';
export {CautiousAdamW} from './optimizers/cautiousadamw';
export {CautiousLion} from './optimizers/cautiouslion';
export {Kron} from './optimizers/kron';
export {lanczos} from './lanczos';
export {optimizerFromJson, optimizerNames} from './optimizers/index';
export {Lion} from './optimizers/lion';
export {Mars} from './optimizers/mars';
export {Muon} from './optimizers/muon';
export {NAdamW} from './optimizers/nadamw';
export {Optimizer} from './optimizers/optimizer';
export {Scion} from './optimizers/scion';
export {Sgd} from './optimizers/sgd';
export {Soap} from './optimizers/soap';
export {SophiaG} from './optimizers/sophiag';
export {SophiaH} from './optimizers/sophiah';
export {OptimizerState} from './optimizers/state';
export {parameterCount} from './config';
export {requiredMemory} from './memory';
export {preset, presetSizes} from './presets';
export {sampleText} from './sampling';
export {learningRate, makeSchedule} from './schedule';
export {suggest} from './suggest';
export {Tensor} from './tensor';
export {bytes, gpt2} from './tokenizer';
export {Trainer} from './trainer';
export {ParameterVector} from './vector';
export type {CpuOptions, CudaOptions, DeviceMemory, DeviceProperties, ElementOf, TensorOptions} from './device';
export type {Dtype, Gpt2Config, Gpt2Options, Placement, Recompute} from './config';
export type {MemoryOptions, RequiredMemory} from './memory';
export type {Diagonal, DiagonalOptions, Estimate} from './curvature';
export type {DatasetOptions, Shard} from './dataset';
export type {
	Derivative,
	DerivativeCheck,
	DerivativeOptions,
	GradientProblem,
	ProductCheck,
	ProductProblem,
	Vector,
} from './derivatives';
export type {DeviceInfo, DeviceName} from './devices';
export type {ErrorCode} from './errors';
export type {EvaluateOptions, Evaluation} from './evaluation';
export type {Examples, ExamplesOptions, PassOptions} from './examples';
export type {GenerateOptions} from './generation';
export type {ClassOptions, GaussianOptions, GnbUpdateOptions, LabelOptions} from './gnb';
export type {CreateOptions} from './gpt2';
export type {AnyNumbers, DiagonalOutcome} from './hessian';
export type {EstimateOptions, HutchinsonUpdateOptions, TensorProbeOptions} from './hutchinson';
export type {LanczosOptions, RitzValue} from './lanczos';
export type {Milliseconds, StepReport} from './metrics';
export type {CpuInfo, CudaInfo, Gpu, Memory} from './native';
export type {AdamMiniOptions} from './optimizers/adammini';
export type {AdamWOptions} from './optimizers/adamw';
export type {Normalization} from './optimizers/cautious';
export type {CautiousAdamWOptions} from './optimizers/cautiousadamw';
export type {CautiousLionOptions} from './optimizers/cautiouslion';
export type {KronOptions} from './optimizers/kron';
export type {MarsOptions} from './optimizers/mars';
export type {MuonOptions} from './optimizers/muon';
export type {NAdamWOptions} from './optimizers/nadamw';
export type {MuonScale} from './optimizers/newtonschulz';
export type {ScionForm, ScionOptions, ScionRadii} from './optimizers/scion';
export type {Side, SideAdamW, SideAdamWOptions, SideOptions, SideSign, SideSignOptions} from './optimizers/side';
export type {SoapForm, SoapOptions} from './optimizers/soap';
export type {OptimizerName} from './optimizers/index';
export type {ParameterGroup} from './optimizers/groups';
export type {GradientNumbers, NamedGradients, NamedNumbers, Numbers} from './optimizers/numbers';
export type {GroupRates, RuleRates} from './optimizers/rates';
export type {Role, RoutedTensor, Route, Rule} from './optimizers/routing';
export type {GroupShape} from './optimizers/shapes';
export type {RoutingRow} from './optimizers/table';
export type {LionOptions} from './optimizers/lion';
export type {GradientOptions, HessianOptions, HessianOutcome, StepOptions, StepOutcome} from './optimizers/outcome';
export type {SavedState} from './optimizers/saved';
export type {
	Curvature,
	Decay,
	Distribution,
	GaussNewtonBartlett,
	Hutchinson,
	OptimizerJson,
	OptimizerOptions,
	Refresh,
	ScaleOptions,
} from './optimizers/optimizer';
export type {SgdOptions} from './optimizers/sgd';
export type {SophiaForm, SophiaGOptions} from './optimizers/sophiag';
export type {SophiaHOptions} from './optimizers/sophiah';
export type {PrepareOptions, PrepareProgress} from './preparation';
export type {Gradient, ProbeOptions, Product} from './product';
export type {Preset, PresetSize} from './presets';
export type {PretrainedOptions} from './pretrained/weights';
export type {SampleOptions} from './sampling';
export type {Schedule, ScheduleKind, ScheduleOptions, WarmupForm} from './schedule';
export type {Suggestion, SuggestOptions} from './suggest';
export type {ElementType, StoredArray, TypedArray, ValueArray} from './tensor';
export type {Tokenizer} from './tokenizer';
export type {ResumeOptions, RunOptions, TrainerOptions} from './trainer';
export type {CheckpointPlan, EvaluationPlan, Training, TrainingOptions} from './training';
export type {Parameter} from './vector';
