"""The structures of focus.h in the words of ctypes, and its functions."""

import ctypes
from ctypes import POINTER, c_char, c_char_p, c_double, c_int32, c_int64, c_uint8, c_uint32, c_uint64, c_void_p
from typing import Any


class String(ctypes.Structure):
    _fields_ = [("bytes", c_void_p), ("length", c_uint64)]


class Problem(ctypes.Structure):
    _fields_ = [("struct_size", c_uint32), ("status", c_int32), ("code", c_char * 56), ("message", c_char * 4032)]


class Setting(ctypes.Structure):
    _fields_ = [("name", String), ("value", String)]


TELL = ctypes.CFUNCTYPE(None, c_void_p, String)


class Listener(ctypes.Structure):
    _fields_ = [("struct_size", c_uint32), ("reserved", c_uint32), ("context", c_void_p), ("progress", c_void_p),
                ("tell", TELL)]


class Progress(ctypes.Structure):
    _fields_ = [("struct_size", c_uint32), ("reserved", c_uint32), ("completed", c_uint64), ("total", c_uint64),
                ("stage", c_char * 104)]


class Table(ctypes.Structure):
    _fields_ = [("struct_size", c_uint32), ("number", c_uint32), ("elements", c_void_p), ("rows", c_uint64),
                ("columns", c_uint64), ("row_stride", c_int64), ("column_stride", c_int64)]


class PlanJob(ctypes.Structure):
    _fields_ = [("struct_size", c_uint32), ("flags", c_uint32), ("source", c_void_p), ("target", c_void_p),
                ("corpus", c_void_p), ("model", String), ("embeddings", POINTER(Table)),
                ("settings", POINTER(Setting)), ("setting_count", c_uint64)]


class Arrays(ctypes.Structure):
    _fields_ = [("struct_size", c_uint32), ("reserved", c_uint32), ("rows", c_uint64), ("source_rows", c_uint64),
                ("kinds", POINTER(c_uint8)), ("offsets", POINTER(c_int64)), ("sources", POINTER(c_int32)),
                ("weights", POINTER(c_double))]


class Apply(ctypes.Structure):
    _fields_ = [("struct_size", c_uint32), ("flags", c_uint32), ("source", POINTER(Table)),
                ("target", POINTER(Table)), ("tensor", String), ("threads", c_uint64)]


class Tensor(ctypes.Structure):
    _fields_ = [("name", String), ("type", String), ("shape", POINTER(c_uint64)), ("rank", c_uint64)]


NEXT = ctypes.CFUNCTYPE(c_int32, c_void_p, POINTER(String))
LEND = ctypes.CFUNCTYPE(c_void_p, c_void_p, c_uint64)
GIVE_BACK = ctypes.CFUNCTYPE(None, c_void_p, c_uint64)


class Write(ctypes.Structure):
    _fields_ = [("struct_size", c_uint32), ("reserved", c_uint32), ("path", String), ("tensors", POINTER(Tensor)),
                ("tensor_count", c_uint64), ("metadata", POINTER(Setting)), ("metadata_count", c_uint64),
                ("settings", POINTER(Setting)), ("setting_count", c_uint64), ("context", c_void_p), ("lend", LEND),
                ("give_back", GIVE_BACK)]


_HANDLE, _PLACE, _PROBLEM = c_void_p, POINTER(c_void_p), POINTER(Problem)
FUNCTIONS: "dict[str, tuple[Any, list[Any]]]" = {
    "focus_api_version": (c_uint32, []),
    "focus_library_version": (c_char_p, []),
    "focus_monitor_open": (_HANDLE, [POINTER(Listener)]),
    "focus_monitor_cancel": (None, [_HANDLE]),
    "focus_monitor_progress": (c_int32, [_HANDLE, POINTER(Progress)]),
    "focus_monitor_close": (None, [_HANDLE]),
    "focus_text_bytes": (c_void_p, [_HANDLE, POINTER(c_uint64)]),
    "focus_text_close": (None, [_HANDLE]),
    "focus_tokenizer_open": (c_int32, [String, _PLACE, _PROBLEM]),
    "focus_tokenizer_open_json": (c_int32, [String, _PLACE, _PROBLEM]),
    "focus_tokenizer_path": (c_int32, [_HANDLE, _PLACE, _PROBLEM]),
    "focus_tokenizer_close": (None, [_HANDLE]),
    "focus_corpus_open": (c_int32, [POINTER(String), c_uint64, String, _PLACE, _PROBLEM]),
    "focus_corpus_open_documents": (c_int32, [NEXT, c_void_p, _PLACE, _PROBLEM]),
    "focus_corpus_path": (c_int32, [_HANDLE, _PLACE, _PROBLEM]),
    "focus_corpus_close": (None, [_HANDLE]),
    "focus_plan_make": (c_int32, [POINTER(PlanJob), _HANDLE, _PLACE, _PROBLEM]),
    "focus_plan_open": (c_int32, [String, _PLACE, _PROBLEM]),
    "focus_plan_save": (c_int32, [_HANDLE, String, _PROBLEM]),
    "focus_plan_close": (None, [_HANDLE]),
    "focus_plan_arrays": (c_int32, [_HANDLE, POINTER(Arrays), _PROBLEM]),
    "focus_plan_describe": (c_int32, [_HANDLE, _PLACE, _PROBLEM]),
    "focus_plan_explain": (c_int32, [_HANDLE, String, _PLACE, _PROBLEM]),
    "focus_plan_apply": (c_int32, [_HANDLE, POINTER(Apply), _HANDLE, _PROBLEM]),
    "focus_tensors_open": (c_int32, [String, POINTER(Setting), c_uint64, _HANDLE, _PLACE, _PROBLEM]),
    "focus_tensors_describe": (c_int32, [_HANDLE, _PLACE, _PROBLEM]),
    "focus_tensors_read": (c_int32, [_HANDLE, c_uint64, c_uint64, c_void_p, c_uint64, _HANDLE, _PROBLEM]),
    "focus_tensors_write": (c_int32, [POINTER(Write), _HANDLE, _PROBLEM]),
    "focus_tensors_close": (None, [_HANDLE]),
    "focus_run": (c_int32, [POINTER(String), c_uint64, _HANDLE, _PLACE, _PROBLEM]),
}
