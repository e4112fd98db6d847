"""Names of people who don't exist, put together from common surnames and given names.

Those that papers stumble over are more frequent than among real people: with a character that fonts lack, or of two
long parts with a middle dot between them.
"""

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
COMPOUND_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "夏侯", "皇甫")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰梅红建国志文海波晓宇浩凯健俊帆雪慧莹琳倩婷颖佳欣怡然子轩"
    "梓涵诗雅思远鹏飞翔龙云天成东升立新春生永康振宁德明光辉世荣家豪嘉诚一鸣学松柏青峰岩清源若曦月婉晴雨桐书瑶锦程"
    "少华仲谦启航安邦瑞祥庆福长林树森景行博达彦昌宗翰乐民正义"
)
RARE = "喆堃珺玥㛃𬀩淼昇赟翀"
"""Characters of real names; 㛃 and 𬀩 are outside GBK and take four bytes in GB18030."""
DOTTED = (
    ("阿卜杜热西提", "买买提江", "古丽娜尔", "木合塔尔", "阿依努尔", "尼玛扎西", "伊力哈木"),
    ("穆罕默德艾力", "吐尔逊", "阿不都热依木", "艾合买提江", "次仁多吉"),
)


def person_name(words: tuple[int, ...]) -> str:
    """Make a name from four numbers under 65,536.

    One in twelve has a middle dot; of the others one in 128 has a surname of two characters, and one in 14 a rare
    character.
    """
    family, first, second, kind = words
    if kind % 12 == 5:
        return f"{DOTTED[0][first % len(DOTTED[0])]}·{DOTTED[1][second % len(DOTTED[1])]}"
    surname = COMPOUND_SURNAMES[family % 6] if kind % 128 == 0 else SURNAMES[_early(family, len(SURNAMES))]
    given = GIVEN[first % len(GIVEN)]
    if kind % 4:
        given += GIVEN[second % len(GIVEN)]
    if kind % 14 == 0:
        given = given[:-1] + RARE[second % len(RARE)]
    return surname + given


def _early(word: int, count: int) -> int:
    """Choose an index under `count`, early ones more often than late ones (density falls in a straight line)."""
    return count - 1 - int((word * count * count / 65536) ** 0.5)
