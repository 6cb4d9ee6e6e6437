/**
 * The demo: the whole story from upload to prediction on a running platform, told by its public HTTP API through the client that
 * is generated from the contract. Main type: {@link org.foldwise.standalone.demo.Demo}. It has no access that another client
 * lacks.
 */
@NullMarked
package org.foldwise.standalone.demo;

import org.jspecify.annotations.NullMarked;
