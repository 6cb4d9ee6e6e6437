/**
 * Documents for people and for files: reports of evaluations and experiments, checklists of journals, model cards. They say what is
 * recorded and where, and what is not recorded; nothing in them is kept. Main types: {@code EvaluationReports}, {@code
 * ExperimentReports} and {@code ModelCards}.
 */
@NullMarked
package org.foldwise.api.document;

import org.jspecify.annotations.NullMarked;
