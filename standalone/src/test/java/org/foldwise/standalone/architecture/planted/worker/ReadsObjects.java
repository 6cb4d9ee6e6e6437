package org.foldwise.standalone.architecture.planted.worker;

import java.io.ObjectInputStream;

/** Lets data choose the classes of objects. */
interface ReadsObjects {
    Object read(ObjectInputStream input);
}
