/**
 * Predictions: one image in, an answer of one model version out, with what is needed to trace it. Main types:
 * {@link org.foldwise.api.prediction.PredictionController} and {@link org.foldwise.api.prediction.OpenClassifiers}.
 */
@NullMarked
package org.foldwise.api.prediction;

import org.jspecify.annotations.NullMarked;
