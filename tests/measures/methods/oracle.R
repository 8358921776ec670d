# Figures of base R, epitools and survival for tests/measures/methods/test_independent.py: reads the folder named by
# the first argument, prints one line a result: its name, then its numbers.

suppressPackageStartupMessages({
  library(epitools)
  library(survival)
})
folder <- commandArgs(trailingOnly = TRUE)[1]
table <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
say <- function(name, values) cat(name, sprintf("%.17g", as.numeric(values)), "\n")

counts <- table("counts")
exact <- sapply(counts$events, function(x) poisson.test(x)$conf.int)
say("exact_poisson", t(exact))
wilson <- binom.wilson(counts$events, counts$size)
say("wilson", c(wilson$lower, wilson$upper))
clopper <- binom.exact(counts$events, counts$size)
say("clopper_pearson", c(clopper$lower, clopper$upper))

strata <- table("strata")
direct <- ageadjust.direct(count = strata$events, pop = strata$population, stdpop = strata$weight)
say("fay_feuer", direct[c("adj.rate", "lci", "uci")])

cells <- table("cells")
logistic <- glm(cbind(events, trials - events) ~ factor(group) + sex + age, binomial, cells,
                control = glm.control(epsilon = 1e-12))
say("logistic", coef(logistic))
say("logistic_errors", summary(logistic)$coefficients[, 2])
say("logistic_deviance", deviance(logistic))
outcome <- rep(rep(c(1, 0), nrow(cells)), as.vector(rbind(cells$events, cells$trials - cells$events)))
risk <- rep(fitted(logistic), cells$trials)
say("c_statistic", concordance(outcome ~ risk)$concordance)

weeks <- table("weeks")
base <- weeks[weeks$baseline == 1, ]
baseline <- glm(events ~ trend + sin(2 * pi * time) + cos(2 * pi * time) + offset(log(person_years)),
                quasipoisson, base, control = glm.control(epsilon = 1e-12))
say("baseline", coef(baseline))
say("dispersion", summary(baseline)$dispersion)
ahead <- predict(baseline, weeks[weeks$baseline == 0, ], type = "response", se.fit = TRUE)
say("expected", ahead$fit)
say("expected_error", ahead$se.fit)

years <- table("years")
bent <- lm(log(rate) ~ year + pmax(year - 2010, 0), years, weights = weight)
first <- coef(bent)[2] + c(0, -1, 1) * qt(0.975, nrow(years) - 4) * sqrt(vcov(bent)[2, 2] * bent$df.residual /
  (nrow(years) - 4))
say("first_segment", 100 * expm1(first))
