"""Steps of optimizers over tensors of given sizes: PyTorch's AdamW, and Sophia-G as its authors' class computes it."""
import torch

from pytorch_refusal import Refusal


def adamw(tensors, form):
    optimizer = torch.optim.AdamW(tensors, lr=1e-4, betas=(0.9, 0.95), weight_decay=0.1, **{form: True})
    optimizer.step()
    return optimizer.step


def sophia(tensors, refresh):
    """One tensor after the other, an operation at a time (Liu et al. 2023, the official form: see lib/optimizers)."""
    rate, beta1, beta2, rho, tokens, decay = 1e-4, 0.965, 0.99, 0.04, 1000, 0.1
    momenta = [torch.zeros_like(tensor) for tensor in tensors]
    hessians = [torch.zeros_like(tensor) for tensor in tensors]

    @torch.no_grad()
    def step():
        for theta, m, h in zip(tensors, momenta, hessians):
            theta.mul_(1 - rate * decay)
            m.mul_(beta1).add_(theta.grad, alpha=1 - beta1)
            ratio = (m.abs() / (rho * tokens * h + 1e-15)).clamp(None, 1)
            theta.addcmul_(m.sign(), ratio, value=-rate)

    @torch.no_grad()
    def update_hessian():
        for theta, h in zip(tensors, hessians):
            h.mul_(beta2).addcmul_(theta.grad, theta.grad, value=1 - beta2)

    step()
    return update_hessian if refresh else step


def prepare(case, _variant):
    tensors = [torch.ones(int(size), requires_grad=True) for size in case["sizes"].split(" ")]
    for tensor in tensors:
        tensor.grad = torch.full_like(tensor, 1e-3)
    which = case["optimizer"]
    if which == "adamw":
        return {}, adamw(tensors, case["form"])
    if which in ("sophia-g", "hessian"):
        return {}, sophia(tensors, which == "hessian")
    raise Refusal(f"it has no {which}")
