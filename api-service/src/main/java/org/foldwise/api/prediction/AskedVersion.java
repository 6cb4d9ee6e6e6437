package org.foldwise.api.prediction;

import org.foldwise.registry.model.Model;
import org.foldwise.registry.model.ModelVersion;

/** Who is to answer. */
record AskedVersion(Model model, ModelVersion version) {}
