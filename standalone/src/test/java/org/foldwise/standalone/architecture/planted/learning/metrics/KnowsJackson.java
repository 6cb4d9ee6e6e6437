package org.foldwise.standalone.architecture.planted.learning.metrics;

import tools.jackson.databind.JsonNode;

/** Breaks R2 for Jackson. */
interface KnowsJackson {
    JsonNode report();
}
