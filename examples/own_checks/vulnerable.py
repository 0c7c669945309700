import dill
import jsonpickle
import yaml
from yaml import unsafe_load


def read(document):
    yield yaml.unsafe_load(document)
    yield unsafe_load(document)
    yield jsonpickle.decode(document)
    yield dill.loads(document)
    yield yaml.safe_load(document)
