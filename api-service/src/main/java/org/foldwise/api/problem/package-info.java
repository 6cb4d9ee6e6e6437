/**
 * What a client is told when a request fails: RFC 9457 problems with a stable code per kind of mistake, every mistake of one
 * request at once, and never a stack trace, a class name, SQL, a file path or the value of a cell.
 * {@link org.foldwise.api.problem.ProblemType} lists the codes; the advice of this package is the only place that maps
 * exceptions to HTTP. What is wrong with a request is decided elsewhere and thrown as
 * {@link org.foldwise.api.problem.RefusedException}.
 */
@NullMarked
package org.foldwise.api.problem;

import org.jspecify.annotations.NullMarked;
