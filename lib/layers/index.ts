/**
The layers of GPT-2 over tensors of any device, each by itself: `layers.layernorm.forward(...)`. Every one has two verbs:
`forward` gives outputs, `backward` gradients. Where a tensor that they read has a tangent, `Tensor.withTangent`, what
they write has one too: then `forward` gives derivatives along a direction, and `backward` exact Hessian-vector products.

On CUDA the work is done in the order of the device; who reads a tensor waits for it.
*/
export * as attention from './attention';
export * as crossentropy from './crossentropy';
export * as embedding from './embedding';
export * as gelu from './gelu';
export * as layernorm from './layernorm';
export * as linear from './linear';
export * as residual from './residual';
export type {Beside, Float, Made, Unless} from './call';
export type {Dropout} from './dropout';
