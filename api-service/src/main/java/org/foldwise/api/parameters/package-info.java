/**
 * What may stand in a query. A parameter that an operation does not have would be passed over in silence, and a request that was meant
 * as a trial would be carried out: whatever changes something refuses it ({@link org.foldwise.api.parameters.QueryCheck}).
 */
@NullMarked
package org.foldwise.api.parameters;

import org.jspecify.annotations.NullMarked;
