/** 97.5 % quantile of the standard normal distribution: what a 95 % interval reaches to either side, in standard errors. */
export const Z = 1.959_963_984_540_054;
